import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import pg from 'pg';
import { type BareEdit, bestStatements, sameStatements } from './floor-edits.ts';
import { reads } from './floor-statements.ts';

/** The floor: no GraphQL, no rights; one statement, and its answer written out by hand in the shape that the gateway gives it. */

const pool = new pg.Pool({ connectionString: process.env.DATABASE_URL, max: 10 });
const text = JSON.stringify;
const moment = (value: Date | null) => (value === null ? 'null' : `"${value.toISOString()}"`);

interface Named {
  readonly id: string;
  readonly name: string;
  readonly participantCount: number;
}
type GroupOfProject = Named & Record<'workspace' | 'projectId' | 'project' | 'members', string>;
type Listed = Named & { readonly lastChangeAt: Date | null; readonly total: number };
type Single = Listed & {
  readonly description: string | null;
  readonly version: number;
  readonly workspaceId: string;
  readonly title: string;
};
interface Person {
  readonly id: string;
  readonly participantId: string;
  readonly firstSeenAt: Date;
  readonly version: number;
  readonly key: number;
}

function writeNested(groups: readonly GroupOfProject[]): string {
  let json = `{"workspace":{"title":${text(groups[0]?.workspace)},"projects":{"nodes":[`;
  groups.forEach((one, index) => {
    const isFirst = groups[index - 1]?.projectId !== one.projectId;
    if (isFirst) {
      json += `${index === 0 ? '' : ']}},'}{"id":"${one.projectId}","title":${text(one.project)},"participantGroups":{"nodes":[`;
    }
    json += `${isFirst ? '' : ','}{"id":"${one.id}","name":${text(one.name)},"participantCount":${one.participantCount},`;
    json += `"participants":{"nodes":[${one.members}]}}`;
  });
  return `${json}]}}]}}}`;
}

const writeGroup = ([one]: readonly Single[]) =>
  one === undefined
    ? '{"participantGroup":null}'
    : `{"participantGroup":{${named(one)},"description":${text(one.description)},"version":${one.version},` +
      `"lastChangeAt":${moment(one.lastChangeAt)},"workspace":{"id":"${one.workspaceId}","title":${text(one.title)}}}}`;

function writePage(found: readonly Person[]): string {
  const people = found.slice(0, 100);
  const nodes = people.map(
    ({ id, participantId, firstSeenAt }) =>
      `{"id":"${id}","participantId":"${participantId}","firstSeenAt":${moment(firstSeenAt)}}`,
  );
  const last = people.at(-1);
  const cursor = Buffer.from(`${last?.version} ${last?.key}`).toString('base64url');
  return `{"participantGroup":{"participants":{"nodes":[${nodes.join(',')}],"pageInfo":{"hasNextPage":${found.length > 100},"endCursor":"${cursor}"}}}}`;
}

const named = ({ id, name, participantCount }: Named) =>
  `"id":"${id}","name":${text(name)},"participantCount":${participantCount}`;
const writeList = (found: readonly Listed[]) =>
  `{"workspace":{"participantGroups":{"totalCount":${found[0]?.total ?? 0},"nodes":[${found
    .map((one) => `{${named(one)},"lastChangeAt":${moment(one.lastChangeAt)}}`)
    .join(',')}]}}}`;
const writeJoined = (found: readonly (Named & { readonly person: string })[]) =>
  `{"workspace":{"participant":{"id":"${found[0]?.person}","participantGroups":{"nodes":[${found
    .map((one) => `{${named(one)}}`)
    .join(',')}]}}}}`;
const writeEligible = (found: readonly { readonly participantId: string; readonly isEligible: boolean }[]) =>
  `{"study":{"eligibilities":[${found
    .map(({ participantId, isEligible }) => `{"participantId":"${participantId}","isEligible":${isEligible}}`)
    .join(',')}]}}`;

type Answer = (values: unknown[]) => Promise<string>;

/** Answers with what `write` makes of the rows of one prepared statement. */
function read<Row extends pg.QueryResultRow>(
  name: keyof typeof reads,
  write: (rows: readonly Row[]) => string,
): Answer {
  return async (values) => write((await pool.query<Row>({ name, text: reads[name], values })).rows);
}
const add = (way: typeof sameStatements) => async (values: unknown[]) =>
  `{"addedCount":${await way(pool, values[0] as BareEdit)}}`;

const answers: Readonly<Record<string, Answer>> = {
  nested: read('nested', writeNested),
  group: read('group', writeGroup),
  page: read('page', writePage),
  list: read('list', writeList),
  search: read('search', writeList),
  joined: read('joined', writeJoined),
  eligible: read('eligible', writeEligible),
  addSame: add(sameStatements),
  addBest: add(bestStatements),
};

async function bodyOf(request: IncomingMessage) {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  return JSON.parse(Buffer.concat(chunks).toString());
}

const server = createServer(async (request, response) => {
  try {
    const { ask, values } = await bodyOf(request);
    const body = Buffer.from(`{"data":${await answers[ask]?.(values)}}`);
    response.writeHead(200, { 'Content-Type': 'application/json', 'Content-Length': body.length }).end(body);
  } catch (error) {
    response.writeHead(500).end(text({ errors: [String(error)] }));
  }
});
server.listen(0, '127.0.0.1');
await once(server, 'listening');
const address = server.address();
process.stdout.write(`listening ${address instanceof Object ? address.port : ''}\n`);
