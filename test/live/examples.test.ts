import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it } from 'vitest';
import { startApp } from '../support/app.ts';
import { createGroup, createLab } from '../support/factories.ts';
import { addOneByOne } from './fixtures/changes.ts';

const app = await startApp();
const { workspaceId, collaborator, viewer } = await createLab(app);

const running: ChildProcess[] = [];

afterEach(async () => {
  for (const child of running.splice(0))
    if (child.exitCode === null && child.kill()) await once(child, 'exit');
});

const pathOf = (path: string) => fileURLToPath(new URL(`../../${path}`, import.meta.url));
const addresses: Record<string, string> = {
  'graphql-ws': app.url.replace(/^http/, 'ws'),
  'graphql-sse': app.url,
};
const clients = Object.keys(addresses);

/** Runs a client's example as a reader of the documentation does. */
function run(client: string, settings: Record<string, string>) {
  const child = spawn(process.execPath, [pathOf(`examples/live/${client}.mjs`)], {
    env: { URL: addresses[client], ...settings },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  running.push(child);
  return child;
}

/** A group, and the cursor that its log begins with. */
async function newGroup() {
  const groupId = await createGroup(app, collaborator.token, workspaceId);
  const { data } = await app.ask<{ node: { changesCursor: string } }>(
    viewer.token,
    'query ($id: ID!) { node(id: $id) { ... on ParticipantGroup { changesCursor } } }',
    { id: groupId },
  );
  return { groupId, cursor: data.node.changesCursor };
}

describe.each(clients)('the example for %s', (client) => {
  it('is told of changes, from a cursor on', async () => {
    const { groupId, cursor } = await newGroup();
    await addOneByOne(app, collaborator.token, groupId, ['a', 'b']);
    const { stdout } = run(client, { TOKEN: viewer.token, GROUP_IDS: groupId, AFTER: cursor });
    const versions: number[] = [];
    for await (const line of createInterface(stdout)) {
      versions.push(JSON.parse(line).change.version);
      if (versions.length === 1) await addOneByOne(app, collaborator.token, groupId, ['c']);
      if (versions.length === 3) break;
    }
    expect(versions).toEqual([1, 2, 3]);
  });

  it('ends where its token is good for nothing', async () => {
    const { groupId } = await newGroup();
    const [status] = await once(run(client, { TOKEN: 'nothing', GROUP_IDS: groupId }), 'exit');
    expect(status).toBe(1);
  });

  it('ends where there is no such group', async () => {
    const { groupId } = await newGroup();
    const child = run(client, { TOKEN: viewer.token, GROUP_IDS: `${groupId},nothing` });
    const [status] = await once(child, 'exit');
    expect(status).toBe(1);
  });
});

describe('the loop that resumes', () => {
  it('is the same in the documentation and in the examples', () => {
    const example = readFileSync(pathOf('examples/live/follow.mjs'), 'utf8');
    const loop = example.slice(example.indexOf('/** After these'));
    expect(loop).toContain('export async function* follow');
    expect(readFileSync(pathOf('docs/live.md'), 'utf8')).toContain(`\`\`\`js\n${loop}\`\`\``);
  });
});
