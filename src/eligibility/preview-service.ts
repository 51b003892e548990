import type { ReadScope } from '../database/reader.ts';
import { sql } from '../database/sql.ts';
import { type InputIssue, InvalidInputError } from '../errors.ts';
import { encodeGlobalId } from '../global-id.ts';
import { readParticipantIds } from '../participant/rules.ts';
import type { GivenNode } from '../study-filter/rules.ts';
import { checkCustomIds, type TreePlace } from '../study-filter/service.ts';
import type { PreviewNode } from './rules.ts';

interface Named {
  readonly id: string;
  readonly key: number;
  readonly isDeleted: boolean;
}

/**
 * Filters that are only asked about, with the keys of what they name, read in one statement. Refuses what making a study
 * with them would refuse, and writes nothing. @throws InvalidInputError with the path of everything that is wrong
 */
export async function resolveFilters(
  scope: ReadScope,
  place: TreePlace,
  filters: readonly GivenNode[],
): Promise<PreviewNode[]> {
  const malformed = malformedIds(filters, place);
  if (malformed.length > 0) throw new InvalidInputError(malformed);
  checkCustomIds(filters, place.format);
  const groupIds = idsOf(filters, (node) => ('groupIds' in node ? node.groupIds : []));
  const studyIds = idsOf(filters, (node) => ('studyIds' in node ? node.studyIds : []));
  const named = await loadNamed(scope, place.workspaceKey, groupIds, studyIds);
  const resolution = new Resolution(named);
  const nodes = filters.map((node) => resolution.node(node));
  if (resolution.issues.length > 0) throw new InvalidInputError(resolution.issues);
  return nodes;
}

function malformedIds(filters: readonly GivenNode[], { format }: TreePlace): InputIssue[] {
  return filters.flatMap((node) => {
    if ('filters' in node) return malformedIds(node.filters, { workspaceKey: 0, format });
    if (!('participantIds' in node)) return [];
    const { invalid } = readParticipantIds(node.participantIds, format);
    return invalid.map(({ index, message }) => ({ path: [...node.path, index], message }));
  });
}

function idsOf(filters: readonly GivenNode[], ids: (node: GivenNode) => readonly string[]): string[] {
  return filters.flatMap((node) => ('filters' in node ? idsOf(node.filters, ids) : ids(node)));
}

async function loadNamed(
  { reader, workspaceKeys }: ReadScope,
  workspaceKey: number,
  groupIds: readonly string[],
  studyIds: readonly string[],
): Promise<Map<string, Named>> {
  if (groupIds.length + studyIds.length === 0) return new Map();
  const rows = await reader.rows<Named>(sql`
    SELECT id, key, deleted_at IS NOT NULL AS "isDeleted" FROM participant_group
    WHERE id = ANY(${[...new Set(groupIds)]}::uuid[]) AND workspace_key = ${workspaceKey}::int
      AND workspace_key = ANY(${workspaceKeys}::int[])
    UNION ALL SELECT id, key, false FROM study
    WHERE id = ANY(${[...new Set(studyIds)]}::uuid[]) AND workspace_key = ${workspaceKey}::int
      AND workspace_key = ANY(${workspaceKeys}::int[])`);
  return new Map(rows.map((row) => [row.id, row]));
}

/** Puts keys in the place of ids, and notes every id of nothing and of something deleted. */
class Resolution {
  readonly issues: InputIssue[] = [];
  readonly #named: ReadonlyMap<string, Named>;

  constructor(named: ReadonlyMap<string, Named>) {
    this.#named = named;
  }

  node(node: GivenNode): PreviewNode {
    if ('filters' in node) return { kind: node.kind, filters: node.filters.map((each) => this.node(each)) };
    if ('participantIds' in node)
      return { kind: node.kind, participantIds: node.participantIds.map((id) => id.trim()) };
    if ('studyIds' in node) {
      const { kind, statuses, studyIds, path } = node;
      return { kind, statuses, studyKeys: this.#keys([...path, 'studyIds'], studyIds, 'Study') };
    }
    const { kind, groupIds, joinedWithinDays, joinedBeforeDays } = node;
    const groupKeys = this.#keys([...node.path, 'participantGroupIds'], groupIds, 'ParticipantGroup');
    return { kind, groupKeys, joinedWithinDays, joinedBeforeDays };
  }

  #keys(path: GivenNode['path'], ids: readonly string[], type: string): number[] {
    return ids.map((id, index) => {
      const found = this.#named.get(id);
      if (found === undefined) {
        const message = `Nothing with the id "${encodeGlobalId(type, id)}" was found.`;
        this.issues.push({ path: [...path, index], message });
      } else if (found.isDeleted) {
        this.issues.push({ path: [...path, index], message: 'This group is deleted. Restore it first.' });
      }
      return found?.key ?? 0;
    });
  }
}
