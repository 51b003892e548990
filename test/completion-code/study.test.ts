import { describe, expect, it } from 'vitest';
import { startApp } from '../support/app.ts';
import { mutate } from '../support/documents.ts';
import { createGroup, createLab, createProject, people } from '../support/factories.ts';
import { adding, allowing, createStudy, keyOf, type StudyMove } from '../support/studies.ts';

const app = await startApp();
const lab = await createLab(app);
const { token } = lab.collaborator;
const projectId = await createProject(app, token, lab.workspaceId);
const group = await createGroup(app, token, lab.workspaceId);
const other = await createGroup(app, token, lab.workspaceId);

const codes = [
  {
    code: 'DONE',
    codeType: 'COMPLETED',
    actions: [
      { kind: 'AUTOMATICALLY_APPROVE' },
      { kind: 'ADD_TO_PARTICIPANT_GROUP', participantGroupId: group },
      { kind: 'REMOVE_FROM_PARTICIPANT_GROUP', participantGroupId: other },
    ],
  },
  {
    code: 'ALAS',
    codeType: 'SCREENED_OUT',
    actions: [{ kind: 'REQUEST_RETURN', returnReason: 'Does not fit.\nSorry.' }],
  },
  { code: 'ELSE', codeType: 'OTHER', actions: [] },
];
const none = { participantGroup: null, returnReason: null };
const shown = [
  {
    code: 'DONE',
    codeType: 'COMPLETED',
    actions: [
      { ...none, kind: 'AUTOMATICALLY_APPROVE' },
      { ...none, kind: 'ADD_TO_PARTICIPANT_GROUP', participantGroup: { id: group } },
      { ...none, kind: 'REMOVE_FROM_PARTICIPANT_GROUP', participantGroup: { id: other } },
    ],
  },
  {
    code: 'ALAS',
    codeType: 'SCREENED_OUT',
    actions: [{ ...none, kind: 'REQUEST_RETURN', returnReason: 'Does not fit.\nSorry.' }],
  },
  { code: 'ELSE', codeType: 'OTHER', actions: [] },
];

const make = (completionCodes: object[] = codes, ...moves: StudyMove[]) =>
  createStudy(app, token, projectId, { completionCodes }, ...moves);
const update = (studyId: string, input: object) => mutate(app, token, 'updateStudy', { studyId, ...input });
/** As no edit can: a group that a draft names is in use. */
const deleteAnyway = async (id: string) =>
  app.sql('UPDATE participant_group SET deleted_at = now() WHERE key = $1', [
    await keyOf(app, 'participant_group', id),
  ]);

async function newestEntry() {
  const query = `query ($id: ID!) { workspace(id: $id) { auditLog(first: 1) { nodes { action changes { field from to } } } } }`;
  const { data } = await app.ask(lab.admin.token, query, { id: lab.workspaceId });
  const { action, changes } = data.workspace.auditLog.nodes[0];
  return { action, told: changes.find(({ field }: { field: string }) => field === 'completionCodes') };
}

/** As the audit log tells them: in one line. */
const text = JSON.stringify(codes).replace('\\n', ' ');

describe('making a study', () => {
  it('keeps its completion codes in the order in which they were given', async () => {
    const { study } = await update(await make(), {});
    expect(study.completionCodes).toEqual(shown);
  });

  it('keeps codes without the white space around them', async () => {
    const { study } = await update(await make([{ code: ' A B ', codeType: 'OTHER', actions: [] }]), {});
    expect(study.completionCodes).toEqual([{ code: 'A B', codeType: 'OTHER', actions: [] }]);
  });

  it('tells the audit log its codes', async () => {
    await make();
    const told = { field: 'completionCodes', from: null, to: text };
    expect(await newestEntry()).toEqual({ action: 'STUDY_CREATED', told });
  });

  it('tells the audit log nothing of codes where there are none', async () => {
    await make([]);
    expect(await newestEntry()).toEqual({ action: 'STUDY_CREATED', told: undefined });
  });

  it('tells the audit log how long a text of codes was that is too long for it', async () => {
    const actions = [{ kind: 'REQUEST_RETURN', returnReason: 'x'.repeat(500) }];
    await make(people(0, 20).map((code) => ({ code, codeType: 'OTHER', actions })));
    const { to } = (await newestEntry()).told;
    expect(to.length).toBeLessThan(4_050);
    expect(to).toMatch(/, … \(1\d,\d{3} characters in all\)$/);
  });

  it('sends as many statements for many codes as for one', async () => {
    const sent = async (count: number) => {
      const completionCodes = people(0, count).map((code) => ({ ...codes[0], code }));
      app.statements.splice(0);
      await make(completionCodes);
      return app.statements.length;
    };
    const one = await sent(1);
    expect(await sent(20)).toBe(one);
  });
});

describe('editing a study', () => {
  it.each([{ name: 'New' }, { name: 'New', filters: allowing(group) }])(
    'keeps completion codes that are left out (%#)',
    async (input) => {
      const { study } = await update(await make(), input);
      expect(study).toMatchObject({ name: 'New', completionCodes: shown, revision: 2 });
      expect((await newestEntry()).told).toBeUndefined();
    },
  );

  it.each([[null], [[]]])('takes all of them away with %o', async (completionCodes) => {
    const { study } = await update(await make(), { completionCodes });
    expect(study).toMatchObject({ completionCodes: [], revision: 2 });
    const told = { field: 'completionCodes', from: text, to: null };
    expect(await newestEntry()).toEqual({ action: 'STUDY_UPDATED', told });
  });

  it('puts new ones in the place of all that there were', async () => {
    const id = await make();
    const { study } = await update(id, { completionCodes: adding(other) });
    expect(study.completionCodes).toMatchObject([
      { code: 'DONE', actions: [{ participantGroup: { id: other } }] },
    ]);
    expect(study.revision).toBe(2);
    const told = { field: 'completionCodes', from: text, to: JSON.stringify(adding(other)) };
    expect(await newestEntry()).toEqual({ action: 'STUDY_UPDATED', told });
  });

  it('with the codes that are there already changes nothing', async () => {
    const id = await make();
    const stored = () => app.sql('SELECT key FROM completion_code ORDER BY key');
    const [before, entry] = [await stored(), await newestEntry()];
    expect((await update(id, { completionCodes: codes })).study.revision).toBe(1);
    expect([await stored(), await newestEntry()]).toEqual([before, entry]);
  });

  it.each([
    ['another order of codes', [...codes].reverse()],
    ['another order of actions', codes.map((code) => ({ ...code, actions: code.actions.toReversed() }))],
    ['another type', codes.map((code) => ({ ...code, codeType: 'GIVE_BONUS' }))],
    ['another case', codes.map((code) => ({ ...code, code: code.code.toLowerCase() }))],
  ])('sees %s', async (_what, completionCodes) => {
    const { study } = await update(await make(), { completionCodes });
    expect(study.revision).toBe(2);
    expect(study.completionCodes.map(({ code }: { code: string }) => code)).toEqual(
      completionCodes.map(({ code }) => code),
    );
  });

  it('changes nothing where it is refused', async () => {
    const id = await make();
    const answer = await update(id, { name: 'New', completionCodes: [], expectedRevision: 7 });
    expect(answer.__typename).toBe('VersionConflictError');
    expect((await update(id, {})).study).toMatchObject({ revision: 1, completionCodes: shown });
  });

  it.each([[[]], [null], [codes]])(
    'is refused codes once the study is published (%#)',
    async (completionCodes) => {
      const id = await make(codes, 'publishStudy');
      expect(await update(id, { completionCodes, name: 'New' })).toMatchObject({
        __typename: 'InvalidStudyStateError',
        current: 'ACTIVE',
        message: expect.stringContaining('completion codes'),
      });
      const { study } = await update(id, {});
      expect(study).toMatchObject({ revision: 1, completionCodes: shown });
    },
  );

  it('of its codes by two at once leaves those of one of them', async () => {
    const id = await make([]);
    const rivals = ['a', 'b', 'c', 'd'].map((letter) =>
      people(0, 20).map((code) => ({ code: `${letter}${code}`, codeType: 'OTHER', actions: [] })),
    );
    await Promise.all(rivals.map((completionCodes) => update(id, { completionCodes })));
    const { study } = await update(id, {});
    expect(rivals).toContainEqual(study.completionCodes);
    expect(study.revision).toBe(5);
  });
});

describe('copying a study', () => {
  const copy = (studyId: string) => mutate(app, token, 'duplicateStudy', { studyId });

  it('gives the copy the same completion codes, of its own', async () => {
    const id = await make(codes, 'publishStudy');
    const { study } = await copy(id);
    expect(study.completionCodes).toEqual(shown);
    expect((await newestEntry()).told).toEqual({ field: 'completionCodes', from: null, to: text });
    await update(study.id, { completionCodes: [] });
    expect((await update(id, {})).study.completionCodes).toEqual(shown);
  });

  it('is refused where the codes name a group that was deleted since', async () => {
    const gone = await createGroup(app, token, lab.workspaceId);
    const id = await make(adding(gone), 'publishStudy', 'stopStudy');
    await mutate(app, token, 'deleteParticipantGroup', { participantGroupId: gone });
    expect(await copy(id)).toMatchObject({
      __typename: 'GroupDeletedError',
      participantGroup: { id: gone },
    });
  });
});

describe('publishing a study', () => {
  it('is refused while its completion codes name a deleted group', async () => {
    const gone = await createGroup(app, token, lab.workspaceId);
    const studyId = await make(adding(group, gone));
    await deleteAnyway(gone);
    expect(await mutate(app, token, 'publishStudy', { studyId })).toMatchObject({
      __typename: 'GroupDeletedError',
      participantGroup: { id: gone },
    });
  });

  it('does not look at the groups of other studies', async () => {
    const gone = await createGroup(app, token, lab.workspaceId);
    await make(adding(gone));
    const studyId = await make();
    await deleteAnyway(gone);
    const { study } = await mutate(app, token, 'publishStudy', { studyId });
    expect(study).toMatchObject({ status: 'ACTIVE', completionCodes: shown });
  });
});

describe('deleting a study', () => {
  it('takes its codes with it, and tells the audit log', async () => {
    const stored = () => app.sql('SELECT code_key FROM completion_action');
    const before = await stored();
    const studyId = await make();
    await mutate(app, token, 'deleteStudy', { studyId });
    expect(await stored()).toEqual(before);
    const told = { field: 'completionCodes', from: text, to: null };
    expect(await newestEntry()).toEqual({ action: 'STUDY_DELETED', told });
  });
});
