import type { Reader } from '../database/reader.ts';
import { sql } from '../database/sql.ts';
import type { WakeUps } from './wake-ups.ts';

interface Standing {
  readonly groups: readonly (readonly [key: number, version: number])[] | null;
  readonly workspaces: readonly (readonly [key: number, standing: string])[] | null;
}

/**
 * Looks at all that is watched on this node, in one statement, and wakes whoever watches what has changed: so lost
 * wake-ups are made good. Nothing is sent where nothing is watched.
 */
export class LookOuts {
  readonly #reader: Reader;
  readonly #wakeUps: WakeUps;
  #standings = new Map<number, string>();
  #underWay: Promise<void> | null = null;

  constructor(reader: Reader, wakeUps: WakeUps) {
    this.#reader = reader;
    this.#wakeUps = wakeUps;
  }

  /** One look; whoever asks while one is under way waits for that one. */
  look(): Promise<void> {
    this.#underWay ??= this.#look().finally(() => {
      this.#underWay = null;
    });
    return this.#underWay;
  }

  async #look(): Promise<void> {
    const groupKeys = this.#wakeUps.watchedGroups();
    const workspaceKeys = this.#wakeUps.watchedWorkspaces();
    if (groupKeys.length + workspaceKeys.length === 0) return;
    const unsettled = this.#wakeUps.takeUnsettled();
    try {
      const [found] = await this.#reader.rows<Standing>(standings(groupKeys, workspaceKeys));
      for (const [key, version] of found?.groups ?? []) this.#wakeUps.wakeGroup(key, version);
      const before = this.#standings;
      this.#standings = new Map(found?.workspaces ?? []);
      for (const [key, standing] of this.#standings)
        if (before.get(key) !== standing || unsettled.has(key)) this.#wakeUps.wakeWorkspace(key);
    } catch (error) {
      this.#wakeUps.unsettle(unsettled);
      throw error;
    }
  }
}

/**
 * Versions of groups, and how workspaces stand. Versions and revisions only grow and groups are never gone, so equal
 * sums of groups mean equal rows; of studies, whose status may come back, all that matters is hashed.
 */
function standings(groupKeys: readonly number[], workspaceKeys: readonly number[]) {
  return sql`SELECT
    (SELECT json_agg(json_build_array(key, version)) FROM participant_group WHERE key = ANY(${groupKeys}::int[])) AS groups,
    (SELECT json_agg(json_build_array(workspace.key, concat_ws(' ', of_groups, of_studies, of_erasures)))
      FROM unnest(${workspaceKeys}::int[]) AS workspace(key)
      CROSS JOIN LATERAL (SELECT concat_ws(' ', count(*), sum(version), sum(revision), count(deleted_at), max(deleted_at))
        AS of_groups FROM participant_group WHERE workspace_key = workspace.key) AS groups
      CROSS JOIN LATERAL (SELECT md5(string_agg(concat_ws('.', key, revision, status, submission_version, filter_tree_key), ' '
        ORDER BY key)) AS of_studies FROM study WHERE workspace_key = workspace.key) AS studies
      CROSS JOIN LATERAL (SELECT count(*) AS of_erasures FROM participant
        WHERE workspace_key = workspace.key AND erased_at IS NOT NULL) AS erasures) AS workspaces`;
}
