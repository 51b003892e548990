import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { createCodedStudy } from '../submission/fixtures/codes.ts';
import { submit } from '../submission/fixtures/submissions.ts';
import { startApp } from '../support/app.ts';
import { mutate } from '../support/documents.ts';
import { createGroup, createLab, createProject, createWorkspace } from '../support/factories.ts';

const app = await startApp();
const lab = await createLab(app);
const { workspaceId } = lab;
const { token } = lab.admin;

let counter = 0;
/** An ID that nobody has yet; no other begins with it. */
const newId = () => `who-${++counter}x`;
const perform = (name: Parameters<typeof mutate>[2], input: object) => mutate(app, token, name, input);

/** Erases a person who is in no group; returns their new ID. */
async function erase(participantId: string, of = workspaceId): Promise<string> {
  const group = await createGroup(app, token, of, [participantId]);
  await perform('replaceGroupParticipants', { participantGroupId: group, participantIds: [] });
  const { participant } = await perform('eraseParticipant', { workspaceId: of, participantId });
  return participant.participantId;
}

async function read(selection: string, id: string) {
  const query = `query ($id: ID!) { node(id: $id) { ${selection} } }`;
  const { data, errors } = await app.ask(token, query, { id });
  expect(errors).toBeUndefined();
  return data.node;
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

describe('an erased ID is replaced', () => {
  it('in the notes of changes', async () => {
    const id = newId();
    const group = await createGroup(app, token, workspaceId);
    await perform('addParticipantsToGroup', {
      participantGroupId: group,
      participantIds: ['x'],
      note: `Instead of ${id}, see “${id}”.`,
    });
    const erased = await erase(id);
    const { changes } = await read('... on ParticipantGroup { changes { nodes { note } } }', group);
    expect(changes.nodes).toEqual([{ note: `Instead of ${erased}, see “${erased}”.` }]);
  });

  it('in names and descriptions of groups, deleted ones too, and revision and time stay', async () => {
    const id = newId();
    const input = { scope: { workspaceId }, name: `Without ${id}`, description: `${id} left` };
    const fields = '... on ParticipantGroup { name description revision updatedAt }';
    const { participantGroup: live } = await perform('createParticipantGroup', input);
    const deleted = await createGroup(app, token, workspaceId, [], `Only ${id}`);
    await perform('deleteParticipantGroup', { participantGroupId: deleted });
    const before = await read(fields, live.id);
    const erased = await erase(id);
    expect(await read(fields, live.id)).toEqual({
      ...before,
      name: `Without ${erased}`,
      description: `${erased} left`,
    });
    expect(await read(fields, deleted)).toMatchObject({ name: `Only ${erased}` });
  });

  it('in what names are compared, searched and sorted by', async () => {
    const id = newId();
    await createGroup(app, token, workspaceId, [], `ÄRGER with ${id}`);
    const erased = await erase(id);
    const query = `query ($id: ID!, $search: String!) { workspace(id: $id) {
      participantGroups(filter: { search: $search }) { nodes { name } } } }`;
    const find = async (search: string) =>
      (await app.ask(token, query, { id: workspaceId, search })).data.workspace.participantGroups.nodes;
    expect(await find(`ärger with ${erased}`)).toEqual([{ name: `ÄRGER with ${erased}` }]);
    expect(await find(id)).toEqual([]);
    const taken = { scope: { workspaceId }, name: `ärger WITH ${erased}` };
    expect((await perform('createParticipantGroup', taken)).__typename).toBe('NameTakenError');
  });

  it('in titles and descriptions of the workspace and its projects', async () => {
    const id = newId();
    const own = await createWorkspace(app, lab.admin);
    const projectId = await createProject(app, token, own, `About ${id}`);
    await perform('updateProject', { projectId, description: `(${id})` });
    await perform('updateWorkspace', { workspaceId: own, title: `${id}'s lab`, description: `For ${id}` });
    const erased = await erase(id, own);
    const fields = 'title description';
    expect(await read(`... on Workspace { ${fields} }`, own)).toEqual({
      title: `${erased}'s lab`,
      description: `For ${erased}`,
    });
    expect(await read(`... on Project { ${fields} }`, projectId)).toEqual({
      title: `About ${erased}`,
      description: `(${erased})`,
    });
  });

  it('in the audit log: what things were called, and what fields were', async () => {
    const id = newId();
    const own = await createWorkspace(app, lab.admin);
    const group = await createGroup(app, token, own, [], `Not ${id}`);
    await perform('updateParticipantGroup', { participantGroupId: group, name: 'Clean', description: id });
    const erased = await erase(id, own);
    const log = await read(
      '... on Workspace { auditLog(last: 3) { nodes { subjectName changes { field from to } } } }',
      own,
    );
    expect(log.auditLog.nodes.slice(0, 2)).toEqual([
      {
        subjectName: 'Clean',
        changes: [
          { field: 'name', from: `Not ${erased}`, to: 'Clean' },
          { field: 'description', from: null, to: erased },
        ],
      },
      {
        subjectName: `Not ${erased}`,
        changes: [
          { field: 'name', from: null, to: `Not ${erased}` },
          { field: 'isUniversalBlocklist', from: null, to: 'false' },
        ],
      },
    ]);
  });

  it('in the audit log after line breaks and tabs, which JSON writes with letters', async () => {
    const id = newId();
    const own = await createWorkspace(app, lab.admin);
    const group = await createGroup(app, token, own);
    const description = `Left out:\n${id}\t${id}\r\n${id}`;
    await perform('updateParticipantGroup', { participantGroupId: group, description });
    await perform('updateParticipantGroup', { participantGroupId: group, description: 'None' });
    const erased = await erase(id, own);
    const log = await read('... on Workspace { auditLog { nodes { changes { from to } } } }', own);
    const told = JSON.stringify(log);
    expect(told).not.toContain(id);
    expect(told.split(erased)).toHaveLength(1 + 6);
  });

  it('in the reasons for which a return is requested, and in what the audit log tells of them, but not in codes', async () => {
    const id = newId();
    const own = await createWorkspace(app, lab.admin);
    const returnReason = `Not for\n${id}\t${id}, sorry.`;
    const actions = [{ kind: 'REQUEST_RETURN', returnReason }];
    const completionCodes = [{ code: id, codeType: 'OTHER', actions }];
    const projectId = await createProject(app, token, own);
    const named = { projectId, name: 'Study', totalAvailablePlaces: 1, completionCodes };
    const { study } = await perform('createStudy', named);
    const erased = await erase(id, own);
    const codes = '... on Study { completionCodes { code actions { returnReason } } }';
    expect(await read(codes, study.id)).toEqual({
      completionCodes: [{ code: id, actions: [{ returnReason: returnReason.replaceAll(id, erased) }] }],
    });
    const log = await read('... on Workspace { auditLog { nodes { changes { to } } } }', own);
    const told = JSON.stringify(log);
    expect(told).not.toContain(id);
    expect(told).toContain(`Not for ${erased} ${erased}, sorry.`);
  });

  it('in what was handed in for a submission, why it was rejected and why its return was asked for', async () => {
    const id = newId();
    const projectId = await createProject(app, token, workspaceId);
    const actions = [{ kind: 'REQUEST_RETURN', returnReason: `As ${id} did` }] as const;
    const codes = [{ code: 'RIGHT', codeType: 'COMPLETED', actions }];
    const studyId = await createCodedStudy(app, token, projectId, codes);
    const wrong = await submit(app, token, { studyId, code: `I am ${id}` });
    await perform('rejectSubmission', { submissionId: wrong, message: `The same as ${id}` });
    const right = await submit(app, token, { studyId, participantId: id, code: 'RIGHT' });
    const erased = await erase(id);
    const fields = '... on Submission { enteredCode codeMatched rejectionMessage returnRequested }';
    expect(await read(fields, wrong)).toEqual({
      enteredCode: `I am ${erased}`,
      codeMatched: false,
      rejectionMessage: `The same as ${erased}`,
      returnRequested: null,
    });
    expect(await read(fields, right)).toMatchObject({
      enteredCode: 'RIGHT',
      codeMatched: true,
      returnRequested: `As ${erased} did`,
    });
  });

  it('in the keys of calls, of which only the hash is kept', async () => {
    const id = newId();
    await perform('createProject', { workspaceId, title: 'Keyed', idempotencyKey: `about ${id}` });
    await erase(id);
    expect(await storedTexts()).not.toContain(id);
  });

  it('in what a repeated call answers, and the rest of that answer stays', async () => {
    const id = newId();
    const input = {
      participantGroupId: await createGroup(app, token, workspaceId),
      participantIds: [`${id} ${id}`, 'fine', `?${id}`],
      ifInvalid: 'SKIP',
      idempotencyKey: randomUUID(),
    };
    const first = await perform('addParticipantsToGroup', input);
    expect(first.skipped).toMatchObject([{ participantId: `${id} ${id}` }, { participantId: `?${id}` }]);
    const erased = await erase(id);
    const again = await perform('addParticipantsToGroup', input);
    expect(again).toEqual({
      ...first,
      skipped: [
        { ...first.skipped[0], participantId: `${erased} ${erased}` },
        { ...first.skipped[1], participantId: `?${erased}` },
      ],
    });
  });

  it('everywhere: it is in no row of any table', async () => {
    const id = newId();
    const scope = { workspaceId };
    const key = () => ({ idempotencyKey: randomUUID() });
    const { participantGroup } = await perform('createParticipantGroup', {
      scope,
      name: `Name ${id}`,
      description: `Text ${id}`,
      participantIds: [id, `${id} `, `${id}!`],
      ifInvalid: 'SKIP',
      note: `Note ${id}`,
      ...key(),
    });
    const edit = { participantGroupId: participantGroup.id, ...key() };
    await perform('updateParticipantGroup', { ...edit, name: `Other name ${id}` });
    await perform('removeParticipantsFromGroup', { ...edit, participantIds: [id], note: id });
    await perform('revertParticipantGroup', { ...edit, toVersion: 1, note: id });
    expect(await storedTexts()).toContain(id);
    await perform('eraseParticipant', { workspaceId, participantId: id, ...key() });
    expect(await storedTexts()).not.toContain(id);
  });
});

describe('an erased ID is replaced as a whole word', () => {
  it.each([
    ['p.1', 'p.1 p_1 px1 (p.1) p.1.', 'R p_1 px1 (R) R.'],
    ['abc', 'abc abcd xabc abc1 1abc _abc abc_ abc-d ABC', 'R abcd xabc abc1 1abc _abc abc_ R-d ABC'],
    ['a:b-c', 'a:b-c,a:b-cd;"a:b-c"', 'R,a:b-cd;"R"'],
    ['-', '- a-b --', 'R a-b RR'],
    ['q7', '参加者q7は \n q7\t«q7»', '参加者Rは \n R\t«R»'],
  ])('where the ID is %s', async (participantId, text, expected) => {
    const own = await createWorkspace(app, lab.admin);
    await perform('updateWorkspace', { workspaceId: own, description: text });
    const erased = await erase(participantId, own);
    const { description } = await read('... on Workspace { description }', own);
    expect(description).toBe(expected.replaceAll('R', erased));
  });
});

describe('an erased ID is left alone', () => {
  it('in texts of other workspaces', async () => {
    const id = newId();
    const other = await createWorkspace(app, lab.admin);
    const group = await createGroup(app, token, other, [], `About ${id}`);
    const input = {
      participantGroupId: group,
      participantIds: [`${id}?`],
      ifInvalid: 'SKIP',
      idempotencyKey: randomUUID(),
    };
    const first = await perform('addParticipantsToGroup', input);
    await erase(id);
    expect(await perform('addParticipantsToGroup', input)).toEqual(first);
    expect(await read('... on ParticipantGroup { name }', group)).toEqual({ name: `About ${id}` });
  });

  it.each(['1', 'groupKey', 'index', 'COLLABORATOR', 'skipped', 'null'])(
    'in what is no text of a stored answer, though it be "%s"',
    async (participantId) => {
      const own = await createWorkspace(app, lab.admin);
      const group = await createGroup(app, token, own);
      const key = { participantGroupId: group, idempotencyKey: randomUUID() };
      const adding = { ...key, participantIds: ['?', 'b', '!'], ifInvalid: 'SKIP' };
      const renaming = { ...key, name: 'Renamed' };
      const added = await perform('addParticipantsToGroup', adding);
      const renamed = await perform('updateParticipantGroup', renaming);
      await erase(participantId, own);
      const { skipped, change, addedCount } = await perform('addParticipantsToGroup', adding);
      expect({ skipped, change, addedCount }).toEqual({
        skipped: added.skipped,
        change: added.change,
        addedCount: added.addedCount,
      });
      const again = await perform('updateParticipantGroup', renaming);
      expect(again.__typename).toBe(renamed.__typename);
    },
  );
});
