import { ApolloServer } from '@apollo/server';
import { startStandaloneServer } from '@apollo/server/standalone';
import { PrismaPg } from '@prisma/adapter-pg';
import { PrismaClient } from '../../src/database/prisma/client.ts';
import { createLoaders, type GroupRow, type Loaders } from './apollo-loaders.ts';
import { typeDefs } from './apollo-schema.ts';

/** Apollo Server as a careful developer writes it: dataloaders for each request over Prisma, pages read in SQL, nobody's rights looked at. */
const prisma = new PrismaClient({
  adapter: new PrismaPg({ connectionString: process.env.DATABASE_URL ?? '', max: 10 }),
});

interface Context {
  readonly loaders: Loaders;
}
type Arguments = Readonly<Record<'first', number>> & {
  readonly after?: string;
  readonly filter?: { readonly search?: string };
};

const position = (cursor: string | undefined): [number, number] => {
  const [version, key] = cursor === undefined ? [] : Buffer.from(cursor, 'base64url').toString().split(' ');
  return [Number(version ?? 0), Number(key ?? 0)];
};

const resolvers = {
  Query: {
    workspace: (_: unknown, { id }: { id: string }) => prisma.workspace.findUnique({ where: { id } }),
    participantGroup: (_: unknown, { id }: { id: string }) =>
      prisma.participantGroup.findUnique({ where: { id } }),
  },
  Workspace: {
    projects: async ({ key }: { key: number }, { first }: Arguments) => ({
      nodes: await prisma.project.findMany({
        where: { workspaceKey: key },
        orderBy: { key: 'asc' },
        take: first,
      }),
    }),
    participant: ({ key }: { key: number }, { participantId }: { participantId: string }) =>
      prisma.participant.findUnique({
        where: { workspaceKey_participantId: { workspaceKey: key, participantId } },
      }),
    participantGroups: ({ key }: { key: number }, { first, filter }: Arguments) => {
      const search =
        filter?.search === undefined ? {} : { nameKey: { contains: filter.search.toLowerCase() } };
      return { where: { workspaceKey: key, deletedAt: null, ...search }, first };
    },
  },
  ListedGroups: {
    totalCount: ({ where }: { where: object }) => prisma.participantGroup.count({ where }),
    nodes: ({ where, first }: { where: object; first: number }) =>
      prisma.participantGroup.findMany({
        where,
        orderBy: [{ lastChangeAt: 'desc' }, { key: 'asc' }],
        take: first,
      }),
  },
  Project: {
    participantGroups: async ({ key }: { key: number }, { first }: Arguments, { loaders }: Context) => ({
      nodes: await loaders.groupsOf(first).load(key),
    }),
  },
  ParticipantGroup: {
    workspace: ({ workspaceKey }: GroupRow, _: unknown, { loaders }: Context) =>
      loaders.workspace.load(workspaceKey),
    participants: async ({ key }: GroupRow, { first, after }: Arguments, { loaders }: Context) => {
      const [version, participant] = position(after);
      const rows = await loaders.membersOf(first + 1, version, participant).load(key);
      const nodes = rows.slice(0, first);
      const last = nodes.at(-1);
      const endCursor = last && Buffer.from(`${last.joinedVersion} ${last.key}`).toString('base64url');
      return { nodes, pageInfo: { hasNextPage: rows.length > first, endCursor } };
    },
  },
  Participant: {
    participantGroups: async ({ key }: { key: number }, { first }: Arguments, { loaders }: Context) => ({
      nodes: await loaders.joinedBy(first).load(key),
    }),
  },
};

const { url } = await startStandaloneServer(new ApolloServer<Context>({ typeDefs, resolvers }), {
  listen: { host: '127.0.0.1', port: 0 },
  context: async () => ({ loaders: createLoaders(prisma) }),
});
process.stdout.write(`listening ${new URL(url).port}\n`);
