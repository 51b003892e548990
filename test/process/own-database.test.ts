import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { demoIds } from '../../src/demo/people.ts';
import { encodeGlobalId } from '../../src/global-id.ts';
import { editDocument } from '../support/edits.ts';
import { holdGroup } from '../support/lock.ts';
import { makeDataDirectory, serverPid, serverUrl, startGateway } from './gateway.ts';

const workspaceId = encodeGlobalId('Workspace', demoIds.workspace);
const groupId = encodeGlobalId('ParticipantGroup', demoIds.group(1));
const DATA_DIR = await makeDataDirectory();

const overview = `query ($id: ID!) { workspace(id: $id) {
  projects { totalCount } participants { totalCount }
  participantGroups { nodes { id name participantCount version changes { nodes { version cause note } } } } } }`;

async function look(gateway: Awaited<ReturnType<typeof startGateway>>) {
  const { data } = await (await gateway.ask(overview, { id: workspaceId })).json();
  return data.workspace;
}

const add = (participantId: string) => ({
  input: { participantGroupId: groupId, participantIds: [participantId.repeat(24)] },
});

describe('a gateway with a database of its own', () => {
  let before: unknown;
  let token: string;

  it('comes up with the demonstration, and prints its address, the way to GraphiQL and a token', async () => {
    const gateway = await startGateway({ DATA_DIR });
    expect(gateway.greeting).toMatch(
      /^Rollcall answers GraphQL at http:\/\/127\.0\.0\.1:\d+\/graphql\n.*GraphiQL.*\nAPI token: \S{16,}\n$/,
    );
    const workspace = await look(gateway);
    expect(workspace).toMatchObject({ projects: { totalCount: 2 }, participants: { totalCount: 500 } });
    expect(workspace.participantGroups.nodes).toHaveLength(7);
    for (const { version, changes } of workspace.participantGroups.nodes) {
      expect(changes.nodes).toHaveLength(version);
      for (const { cause, note } of changes.nodes)
        expect(cause === 'COMPLETION_CODE' ? cause : note).toMatch(/\w/);
    }
    const page = await fetch(gateway.url, { headers: { Accept: 'text/html' } });
    expect(await page.text()).toMatch(/graphiql/i);
    expect(
      (await (await gateway.ask(editDocument('addParticipantsToGroup'), add('a'))).json()).data.edit,
    ).toMatchObject({ addedCount: 1 });
    [before, token] = [await look(gateway), gateway.token];
    const told = performance.now();
    expect(await gateway.program.end()).toBe(0);
    expect(performance.now() - told).toBeLessThan(5_000);
    expect(await serverPid(DATA_DIR)).toBeUndefined();
  });

  it.skipIf(process.platform === 'win32')('keeps the token where only its user can read it', async () => {
    expect((await stat(join(DATA_DIR, 'api-token'))).mode & 0o777).toBe(0o600);
  });

  it('keeps everything for the next start, the token too', async () => {
    const gateway = await startGateway({ DATA_DIR });
    expect(gateway.token).toBe(token);
    expect(await look(gateway)).toEqual(before);
    expect(await gateway.program.end()).toBe(0);
  });

  it('finds the database that a killed gateway left running, and goes on', async () => {
    const killed = await startGateway({ DATA_DIR });
    const orphan = await serverPid(DATA_DIR);
    expect(await killed.program.end('SIGKILL')).toBe('SIGKILL');
    expect(await serverPid(DATA_DIR)).toBe(orphan);
    const gateway = await startGateway({ DATA_DIR });
    expect(await serverPid(DATA_DIR)).toBe(orphan);
    expect(await look(gateway)).toEqual(before);
    expect(await gateway.program.end()).toBe(0);
    expect(await serverPid(DATA_DIR)).toBeUndefined();
  });

  it('answers what is under way after Ctrl-C, pressed twice too, and only then stops the database', async () => {
    const gateway = await startGateway({ DATA_DIR, DRAIN_SECONDS: '60' });
    const release = await holdGroup(await serverUrl(DATA_DIR), groupId);
    const answer = gateway.ask(editDocument('addParticipantsToGroup'), add('b'));
    try {
      await new Promise((resolve) => setTimeout(resolve, 300));
      gateway.program.signalGroup('SIGINT');
      await expect.poll(() => gateway.program.complained).toContain('Stopping');
      gateway.program.signalGroup('SIGINT');
      await expect(fetch(gateway.url)).rejects.toThrow();
      expect(await serverPid(DATA_DIR)).toBeDefined();
    } finally {
      await release();
    }
    const released = performance.now();
    expect((await (await answer).json()).data.edit).toMatchObject({ addedCount: 1 });
    expect(await gateway.program.ended).toBe(0);
    expect(performance.now() - released).toBeLessThan(2_500);
    expect(await serverPid(DATA_DIR)).toBeUndefined();
  });

  it('takes a token of our choice instead of making one', async () => {
    const BOOTSTRAP_TOKEN = 'a-token-of-our-choice';
    const gateway = await startGateway({ DATA_DIR, BOOTSTRAP_TOKEN });
    expect(gateway.token).toBe(BOOTSTRAP_TOKEN);
    expect((await look(gateway)).participants.totalCount).toBe(502);
    const earlier = await gateway.ask('{ viewer { email } }', {}, token);
    expect((await earlier.json()).data.viewer.email).toBe('ada@lab.example');
    expect(await gateway.program.end()).toBe(0);
  });
});
