import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { startApp } from '../support/app.ts';
import { mutate } from '../support/documents.ts';
import { createGroup, createLab, createProject } from '../support/factories.ts';
import { holdTable, waitForWaiter } from '../support/lock.ts';
import { createFilterSet, createStudy } from '../support/studies.ts';

const app = await startApp();
const lab = await createLab(app);
const { token } = lab.admin;
const { workspaceId } = lab;
const projectId = await createProject(app, token, workspaceId);
const perform = (name: Parameters<typeof mutate>[2], input: object) => mutate(app, token, name, input);
const listing = (...participantIds: string[]) => [{ any: [{ customBlocklist: { participantIds } }] }];

async function idsOf(studyId: string): Promise<string[]> {
  const { study } = await perform('updateStudy', { studyId });
  return study.filters[0].filters[0].participantIds.nodes;
}

/** Every text that is stored, but for the hashes. */
async function storedTexts(): Promise<string> {
  const tables = await app.sql<{ name: string }>(
    `SELECT relname AS name FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace`,
  );
  const texts = await Promise.all(
    tables.map(({ name }) => app.sql<{ text: string }>(`SELECT t::text AS text FROM ${name} AS t`)),
  );
  return texts.flatMap((rows) => rows.map(({ text }) => text)).join('\n');
}

describe('an erased ID', () => {
  it('is nowhere any more: not in custom lists of studies and filter sets, nor in what studies are called', async () => {
    const participantId = 'to-be-erased';
    await createGroup(app, token, workspaceId, [participantId]);
    const filters = listing('first', participantId, 'last');
    const idempotencyKey = randomUUID();
    const texts = { internalName: participantId, description: `Without ${participantId}.` };
    const named = { name: `Not ${participantId}`, ...texts, filters, idempotencyKey };
    const id = await createStudy(app, token, projectId, named, 'publishStudy');
    await createFilterSet(app, await createStudy(app, token, projectId, { filters }), lab.admin.userId);
    expect(await storedTexts()).toContain(participantId);
    const { participant } = await perform('eraseParticipant', { workspaceId, participantId });
    expect(await storedTexts()).not.toContain(participantId);
    const erased = participant.participantId;
    const { study } = await perform('updateStudy', { studyId: id });
    expect(study).toMatchObject({
      name: `Not ${erased}`,
      internalName: erased,
      description: `Without ${erased}.`,
    });
    expect(study.filters[0].filters[0]).toMatchObject({ participantIdCount: 3 });
    expect(await idsOf(id)).toEqual([erased, 'first', 'last'].sort());
  });

  it('is replaced where it is equal, and not where it is a part', async () => {
    await createGroup(app, token, workspaceId, ['part']);
    const id = await createStudy(app, token, projectId, { filters: listing('part-1', 'a.part', 'Part') });
    await perform('eraseParticipant', { workspaceId, participantId: 'part' });
    expect(await idsOf(id)).toEqual(['Part', 'a.part', 'part-1']);
  });

  it('is left alone in another workspace', async () => {
    const theirs = await createProject(app, lab.stranger.token, lab.strangersWorkspaceId);
    const id = await createStudy(app, lab.stranger.token, theirs, { filters: listing('shared') });
    await createGroup(app, token, workspaceId, ['shared']);
    await perform('eraseParticipant', { workspaceId, participantId: 'shared' });
    const { study } = await mutate(app, lab.stranger.token, 'updateStudy', { studyId: id });
    expect(study.filters[0].filters[0].participantIds.nodes).toEqual(['shared']);
  });

  it('is found in a list that was being written as the erasure began', async () => {
    const participantId = 'in-the-making';
    await createGroup(app, token, workspaceId, [participantId]);
    const release = await holdTable(app.databaseUrl, 'audit_entry');
    const making = createStudy(app, token, projectId, { filters: listing(participantId) });
    await waitForWaiter(app, 'relation');
    const erasing = perform('eraseParticipant', { workspaceId, participantId });
    await waitForWaiter(app, 'advisory');
    await release();
    const [id, { participant }] = [await making, await erasing];
    expect(await idsOf(id)).toEqual([participant.participantId]);
  });
});
