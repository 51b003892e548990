import DataLoader from 'dataloader';
import { Prisma, type PrismaClient } from '../../src/database/prisma/client.ts';

export interface GroupRow {
  readonly key: number;
  readonly workspaceKey: number;
}
interface MemberRow {
  readonly groupKey: number;
  readonly key: number;
  readonly joinedVersion: number;
}

const groupColumns = Prisma.sql`one.key, one.id, one.workspace_key AS "workspaceKey", one.name, one.description,
  one.participant_count AS "participantCount", one.version, one.last_change_at AS "lastChangeAt"`;

/** A loader for each list and page size that a request asks for; Prisma cannot limit a page for each parent, SQL can. */
export function createLoaders(prisma: PrismaClient) {
  const lists = new Map<string, DataLoader<number, never[]>>();
  const listed = <Row>(name: string, load: (keys: number[]) => Promise<(Row & { parent: number })[]>) => {
    const known = lists.get(name);
    if (known !== undefined) return known as DataLoader<number, Row[]>;
    const loader = new DataLoader<number, Row[]>(async (keys) => {
      const byParent = Map.groupBy(await load([...keys]), ({ parent }) => parent);
      return keys.map((key) => byParent.get(key) ?? []);
    });
    lists.set(name, loader as DataLoader<number, never[]>);
    return loader;
  };
  return {
    workspace: new DataLoader(async (keys: readonly number[]) => {
      const rows = await prisma.workspace.findMany({ where: { key: { in: [...keys] } } });
      const byKey = new Map(rows.map((row) => [row.key, row]));
      return keys.map((key) => byKey.get(key) ?? null);
    }),
    groupsOf: (first: number) =>
      listed<GroupRow>(
        `groups ${first}`,
        (keys) => prisma.$queryRaw`
        SELECT parent.key AS parent, ${groupColumns} FROM unnest(${keys}::int[]) AS parent(key)
        CROSS JOIN LATERAL (SELECT * FROM participant_group WHERE project_key = parent.key AND deleted_at IS NULL
          ORDER BY created_at, key LIMIT ${first}) AS one`,
      ),
    joinedBy: (first: number) =>
      listed<GroupRow>(
        `joined ${first}`,
        (keys) => prisma.$queryRaw`
        SELECT parent.key AS parent, ${groupColumns} FROM unnest(${keys}::int[]) AS parent(key)
        CROSS JOIN LATERAL (SELECT participant_group.* FROM membership JOIN participant_group ON key = group_key
          WHERE participant_key = parent.key AND left_version IS NULL AND deleted_at IS NULL
          ORDER BY group_key LIMIT ${first}) AS one`,
      ),
    membersOf: (limit: number, version: number, participant: number) =>
      listed<MemberRow>(
        `members ${limit} ${version} ${participant}`,
        (keys) => prisma.$queryRaw`
        SELECT parent.key AS parent, page.* FROM unnest(${keys}::int[]) AS parent(key)
        CROSS JOIN LATERAL (SELECT participant.key, id, participant_id AS "participantId",
            first_seen_at AS "firstSeenAt", joined_version AS "joinedVersion"
          FROM membership JOIN participant ON participant.key = participant_key
          WHERE group_key = parent.key AND left_version IS NULL
            AND (joined_version, participant_key) > (${version}::int, ${participant}::int)
          ORDER BY joined_version, participant_key LIMIT ${limit}) AS page`,
      ),
  };
}

export type Loaders = ReturnType<typeof createLoaders>;
