import { beforeAll, describe, expect, it } from 'vitest';
import type { ReadScope } from '../../src/database/reader.ts';
import { countEligible, loadEligiblePages, loadPage } from '../../src/eligibility/list-loaders.ts';
import { loadEligibilities, pairKey } from '../../src/eligibility/loaders.ts';
import { always } from '../../src/eligibility/set-loaders.ts';
import { countEligibleStudies } from '../../src/eligibility/study-loaders.ts';
import { loadVersionsOfTrees } from '../../src/filter-set/loaders.ts';
import { decodeGlobalId } from '../../src/global-id.ts';
import { changeKey, loadChanges, loadHistories } from '../../src/membership/loaders.ts';
import { loadIsMember } from '../../src/membership/member-loaders.ts';
import { loadParticipants } from '../../src/membership/participant-loaders.ts';
import { loadByParticipantId, platformKey } from '../../src/participant/loaders.ts';
import { loadTrees } from '../../src/study-filter/loaders.ts';
import { startApp } from '../support/app.ts';
import { mutate } from '../support/documents.ts';
import { createGroup, createLab, createProject } from '../support/factories.ts';
import { createStudy } from '../support/studies.ts';

const app = await startApp();
const lab = await createLab(app);
const everyone = { limit: 10, backward: false, after: null, before: null };

/** The lab's keys: nobody of another workspace comes to them through the API, where who has read the parent asks. */
const keys = { workspace: 0, group: 0, groupId: '', study: 0, tree: 0, ofSet: 0, participant: 0 };

beforeAll(async () => {
  const { token } = lab.admin;
  const groupId = await createGroup(app, token, lab.workspaceId, ['p0']);
  const filters = [{ participantGroupAllowlist: { participantGroupIds: [groupId] } }];
  const projectId = await createProject(app, token, lab.workspaceId);
  await createStudy(app, token, projectId, { filters }, 'publishStudy');
  await mutate(app, token, 'createFilterSet', { workspaceId: lab.workspaceId, name: 'Set', filters });
  const [found] =
    await app.sql(`SELECT study.key AS study, study.workspace_key AS workspace, filter_tree_key AS tree,
    (SELECT filter_tree_key FROM filter_set_version) AS "ofSet", (SELECT key FROM participant_group) AS "group",
    (SELECT key FROM participant) AS participant FROM study`);
  Object.assign(keys, found, { groupId: decodeGlobalId(groupId)?.key });
});

function scopeOf(workspaceKeys: readonly number[]): ReadScope {
  const { reader, bitmaps, keptParticipants } = app.database;
  const userId = '00000000-0000-0000-0000-000000000000';
  return {
    reader,
    bitmaps,
    keptParticipants,
    source: keptParticipants.source,
    workspaceKeys,
    adminWorkspaceKeys: workspaceKeys,
    narrowedTo: null,
    userId,
  };
}

const looks: Record<string, (scope: ReadScope) => Promise<unknown>> = {
  'whether somebody is eligible': async (scope) => {
    const [found] = await loadEligibilities(scope, [pairKey(keys.study, 'p0')]);
    return found?.isEligible ?? null;
  },
  'who is eligible': async (scope) => {
    const [page] = await loadEligiblePages(scope, [keys.study], everyone);
    return page instanceof Error ? null : page?.rows.length;
  },
  'who passes filters that are known': async (scope) => {
    const nodes = [{ kind: 'PARTICIPANT_GROUP_ALLOWLIST', groupKeys: [keys.group] }] as const;
    const windows = { joinedWithinDays: null, joinedBeforeDays: null };
    const filters = nodes.map((node) => ({ ...node, ...windows }));
    const page = await loadPage(
      scope,
      { workspaceKey: keys.workspace, nodes: filters, isCurrent: always },
      everyone,
    );
    return page?.rows[0] ?? null;
  },
  'how many are eligible': async (scope) => {
    const [count] = await countEligible(scope, [keys.study]);
    return typeof count === 'number' ? count : null;
  },
  'which studies let somebody in': async (scope) => {
    app.statements.length = 0;
    const [count] = await countEligibleStudies(scope, [platformKey(keys.workspace, 'p0')]);
    // Without a study there is no pair to be judged.
    return count === 0 && app.statements.length === 1 ? null : count;
  },
  'which version a tree is of': async (scope) => (await loadVersionsOfTrees(scope, [keys.ofSet]))[0],
  'what a tree says': async (scope) => (await loadTrees(scope, [keys.tree]))[0]?.filters[0] ?? null,
  'whom an ID names': async (scope) =>
    (await loadByParticipantId(scope, [platformKey(keys.workspace, 'p0')]))[0],
  'who a member is': async (scope) => (await loadParticipants(scope, [keys.participant]))[0],
  'whether somebody is a member': async (scope) =>
    (await loadIsMember(scope, [platformKey(keys.group, 'p0')]))[0] || null,
  'when somebody was a member': async (scope) => {
    const [stays] = await loadHistories(scope, [keys.participant], { groupId: keys.groupId });
    return stays?.[0] ?? null;
  },
  'what changed': async (scope) => (await loadChanges(scope, [changeKey(keys.group, 1)]))[0],
};

describe('a loader that is handed keys of another workspace', () => {
  it.each(Object.entries(looks))('does not tell %s', async (_what, look) => {
    expect(await look(scopeOf([keys.workspace]))).toBeTruthy();
    expect(await look(scopeOf([keys.workspace + 1]))).toBeNull();
  });
});
