import { randomUUID } from 'node:crypto';
import { decodeGlobalId, encodeGlobalId } from '../../src/global-id.ts';
import type { App } from './app.ts';
import { mutate } from './documents.ts';

export type StudyMove = 'publishStudy' | 'pauseStudy' | 'startStudy' | 'stopStudy';

/** Makes a study over GraphQL and moves it on; returns its global id. Refused, it throws. */
export async function createStudy(
  app: App,
  token: string,
  projectId: string,
  input: object = {},
  ...moves: StudyMove[]
): Promise<string> {
  const given = { projectId, name: `Study ${randomUUID()}`, totalAvailablePlaces: 10, ...input };
  const answer = await mutate(app, token, 'createStudy', given);
  if (answer.study === undefined) throw new Error(JSON.stringify(answer));
  for (const move of moves) {
    const moved = await mutate(app, token, move, { studyId: answer.study.id });
    if (moved.study === undefined) throw new Error(JSON.stringify(moved));
  }
  return answer.study.id;
}

/** Filters that let in who is in a group. */
export const allowing = (...participantGroupIds: string[]) => [
  { participantGroupAllowlist: { participantGroupIds } },
];

/** Completion codes, of one, that adds to groups. */
export const adding = (...participantGroupIds: string[]) => [
  {
    code: 'DONE',
    codeType: 'COMPLETED',
    actions: participantGroupIds.map((participantGroupId) => ({
      kind: 'ADD_TO_PARTICIPANT_GROUP',
      participantGroupId,
    })),
  },
];

/** The key of something that has a global id. */
export async function keyOf(app: App, table: 'study' | 'participant_group' | 'workspace', id: string) {
  const [row] = await app.sql<{ key: number }>(`SELECT key FROM ${table} WHERE id = $1`, [
    decodeGlobalId(id)?.key,
  ]);
  if (row === undefined) throw new Error(`There is no ${table} ${id}`);
  return row.key;
}

/** A filter set with a first version, whose filters are those of a study; the ids of both. */
export async function createFilterSet(app: App, studyId: string, userId: string) {
  const { prisma } = app.database;
  const { workspaceKey, filterTreeKey } = await prisma.study.findUniqueOrThrow({
    where: { key: await keyOf(app, 'study', studyId) },
  });
  const { key: emptyTree } = await prisma.filterTree.create({ data: { workspaceKey } });
  await prisma.study.updateMany({ where: { filterTreeKey }, data: { filterTreeKey: emptyTree } });
  const set = await prisma.filterSet.create({ data: { workspaceKey, name: `Set ${randomUUID()}` } });
  const version = await prisma.filterSetVersion.create({
    data: { workspaceKey, filterSetKey: set.key, version: 1, filterTreeKey, actorId: userId },
  });
  return {
    filterSetId: encodeGlobalId('FilterSet', set.id),
    filterSetVersionId: encodeGlobalId('FilterSetVersion', version.id),
  };
}
