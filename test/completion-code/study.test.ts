import { describe, expect, it } from 'vitest';
import { startApp } from '../support/app.ts';
import { mutate } from '../support/documents.ts';
import { createGroup, createLab, createProject, people } from '../support/factories.ts';
import { adding, createStudy, keyOf, type StudyMove } from '../support/studies.ts';
import { codesOf, newestEntry } from './fixtures/codes.ts';

const app = await startApp();
const lab = await createLab(app);
const { token } = lab.collaborator;
const projectId = await createProject(app, token, lab.workspaceId);
const group = await createGroup(app, token, lab.workspaceId);
const other = await createGroup(app, token, lab.workspaceId);

const { codes, shown, text } = codesOf(group, other);
const entry = () => newestEntry(app, lab);

const make = (completionCodes: object[] = codes, ...moves: StudyMove[]) =>
  createStudy(app, token, projectId, { completionCodes }, ...moves);
const update = (studyId: string, input: object) => mutate(app, token, 'updateStudy', { studyId, ...input });
/** As no edit can: a group that a draft names is in use. */
const deleteAnyway = async (id: string) =>
  app.sql('UPDATE participant_group SET deleted_at = now() WHERE key = $1', [
    await keyOf(app, 'participant_group', id),
  ]);

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
    expect(await entry()).toEqual({ action: 'STUDY_CREATED', told });
  });

  it('tells the audit log nothing of codes where there are none', async () => {
    await make([]);
    expect(await entry()).toEqual({ action: 'STUDY_CREATED', told: undefined });
  });

  it('tells the audit log how long a text of codes was that is too long for it', async () => {
    const actions = [{ kind: 'REQUEST_RETURN', returnReason: 'x'.repeat(500) }];
    await make(people(0, 20).map((code) => ({ code, codeType: 'OTHER', actions })));
    const { to } = (await entry()).told;
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

describe('copying a study', () => {
  const copy = (studyId: string) => mutate(app, token, 'duplicateStudy', { studyId });

  it('gives the copy the same completion codes, of its own', async () => {
    const id = await make(codes, 'publishStudy');
    const { study } = await copy(id);
    expect(study.completionCodes).toEqual(shown);
    expect((await entry()).told).toEqual({ field: 'completionCodes', from: null, to: text });
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
    expect(await entry()).toEqual({ action: 'STUDY_DELETED', told });
  });
});
