import net from 'node:net';
import pg from 'pg';
import { afterAll, expect, it } from 'vitest';
import { sql } from '../../src/database/sql.ts';
import { type App, startNode } from '../support/app.ts';
import { createTestDatabase } from '../support/database.ts';
import { mutate } from '../support/documents.ts';
import { createGroup, createLab, createPerson } from '../support/factories.ts';
import { membersOf } from '../support/members.ts';

const database = await createTestDatabase();
const name = new URL(database.url).pathname.slice(1);
const admin = new pg.Client({ connectionString: database.url.replace(`/${name}`, '/postgres') });
await admin.connect();
afterAll(async () => {
  await database.drop();
  await admin.end();
});

const leave = (of: string) =>
  admin.query(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '${of}'`);

/** A copy of the database, in which `difference` is what has become of it since. */
async function copyTo(copy: string, difference: string): Promise<void> {
  for (let attempt = 0; attempt < 50; attempt++) {
    await leave(name);
    const made = await admin.query(`CREATE DATABASE ${copy} TEMPLATE ${name}`).catch(() => null);
    if (made !== null) break;
  }
  const client = new pg.Client({ connectionString: database.url.replace(`/${name}`, `/${copy}`) });
  await client.connect();
  await client.query(difference);
  await client.end();
}

/** Puts a copy in the place of the database, as a backup is put. */
async function putInPlace(copy: string): Promise<void> {
  await leave(name);
  await leave(copy);
  await admin.query(`ALTER DATABASE ${name} RENAME TO ${name}_lost`);
  await admin.query(`ALTER DATABASE ${copy} RENAME TO ${name}`);
  await admin.query(`DROP DATABASE ${name}_lost WITH (FORCE)`);
}

const roleOf = async (node: App, token: string) => {
  const { data } = await node.ask(token, '{ viewer { workspaces { nodes { viewerRole } } } }');
  return data.viewer.workspaces.nodes;
};

it('neither participants nor rights are known any more when the database was put back', async () => {
  const node = await startNode(database);
  const lab = await createLab(node);
  const groupId = await createGroup(node, lab.admin.token, lab.workspaceId, ['before']);
  const { token, userId } = await createPerson(node);
  const { invitationSecret } = await mutate(node, lab.admin.token, 'addWorkspaceMember', {
    ...{ workspaceId: lab.workspaceId, email: 'v@lab.example', role: 'VIEWER' },
  });
  await mutate(node, token, 'redeemInvitation', { invitationSecret, name: 'Vera' });
  const sql = `UPDATE participant SET participant_id = 'somebody-else';
    UPDATE workspace_member SET removed_at = now() WHERE user_id = '${userId}'`;
  await copyTo(`${name}_backup`, sql);
  await mutate(node, lab.admin.token, 'changeWorkspaceMemberRole', {
    ...{
      workspaceId: lab.workspaceId,
      role: 'ADMIN',
      userId: Buffer.from(`User:${userId}`).toString('base64url'),
    },
  });
  expect(await roleOf(node, token)).toEqual([{ viewerRole: 'ADMIN' }]);
  expect(await membersOf(node, lab.admin.token, groupId)).toEqual(['before']);
  await putInPlace(`${name}_backup`);
  // Who asks while that is found out may be told to try again, and never what was.
  await membersOf(node, lab.admin.token, groupId).then(
    (members) => expect(members).toEqual(['somebody-else']),
    () => undefined,
  );
  expect(await membersOf(node, lab.admin.token, groupId)).toEqual(['somebody-else']);
  expect(await roleOf(node, token)).toEqual([]);
});

it('nothing is read any more by connections to a server that another has taken over from', async () => {
  const node = await startNode(database);
  const lab = await createLab(node);
  const groupId = await createGroup(node, lab.admin.token, lab.workspaceId, ['lost']);
  const other = `${name}_other`;
  await copyTo(other, `UPDATE participant SET participant_id = 'somebody-else', id = gen_random_uuid()`);
  const proxy = await openProxy(() => target);
  let target = name;
  const far = await startNode({ url: proxy, query: database.query });
  const asks = () => membersOf(far, lab.admin.token, groupId);
  expect(await asks()).toEqual(['lost']);
  target = other;
  // While the connection that there is is busy another one is opened, which leads to the other server.
  const leads = () =>
    far.database.reader.composed<{ to: string }>(sql`SELECT current_database() AS to, pg_sleep(0.2)`);
  const both = async () => (await Promise.all([leads(), leads()])).flat().map(({ to }) => to);
  expect((await both()).sort()).toEqual([name, other].sort());
  expect(await both()).toEqual([other, other]);
  for (let time = 0; time < 3; time++) {
    const answers = await Promise.all([asks(), asks(), asks()]);
    expect(answers).toEqual(answers.map(() => ['somebody-else']));
  }
  await far.database.close();
  await admin.query(`DROP DATABASE ${other} WITH (FORCE)`);
});

/** A way to the server on which clients are led to the database that `target` says when they connect. */
async function openProxy(target: () => string): Promise<string> {
  const { port: realPort, hostname } = new URL(database.url);
  const lead = (client: net.Socket, to: string) => {
    const upstream = net.connect(Number(realPort), hostname);
    client.once('data', (start) => {
      upstream.write(rename(start, to));
      client.pipe(upstream).pipe(client);
    });
    client.on('close', () => upstream.destroy());
    upstream.on('close', () => client.destroy()).on('error', () => client.destroy());
  };
  const server = net.createServer((client) => {
    client.on('error', () => client.destroy());
    const to = target();
    // To the other server it takes so long that the connection before it is idle again by then.
    setTimeout(lead, to === name ? 0 : 600, client, to);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  afterAll(() => server.close());
  const { port } = server.address() as net.AddressInfo;
  const url = new URL(database.url);
  url.port = String(port);
  return url.href;
}

/** PostgreSQL's first message, with its length in front, for another database. */
function rename(start: Buffer, to: string): Buffer {
  const renamed = Buffer.from(start.toString('latin1').replace(`${name}\0`, `${to}\0`), 'latin1');
  renamed.writeInt32BE(renamed.length, 0);
  return renamed;
}
