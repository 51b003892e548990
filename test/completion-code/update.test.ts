import { describe, expect, it } from 'vitest';
import { startApp } from '../support/app.ts';
import { mutate } from '../support/documents.ts';
import { createGroup, createLab, createProject, people } from '../support/factories.ts';
import { adding, allowing, createStudy, type StudyMove } from '../support/studies.ts';
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
describe('editing a study', () => {
  it.each([{ name: 'New' }, { name: 'New', filters: allowing(group) }])(
    'keeps completion codes that are left out (%#)',
    async (input) => {
      const { study } = await update(await make(), input);
      expect(study).toMatchObject({ name: 'New', completionCodes: shown, revision: 2 });
      expect((await entry()).told).toBeUndefined();
    },
  );

  it.each([[null], [[]]])('takes all of them away with %o', async (completionCodes) => {
    const { study } = await update(await make(), { completionCodes });
    expect(study).toMatchObject({ completionCodes: [], revision: 2 });
    const told = { field: 'completionCodes', from: text, to: null };
    expect(await entry()).toEqual({ action: 'STUDY_UPDATED', told });
  });

  it('puts new ones in the place of all that there were', async () => {
    const id = await make();
    const { study } = await update(id, { completionCodes: adding(other) });
    expect(study.completionCodes).toMatchObject([
      { code: 'DONE', actions: [{ participantGroup: { id: other } }] },
    ]);
    expect(study.revision).toBe(2);
    const told = { field: 'completionCodes', from: text, to: JSON.stringify(adding(other)) };
    expect(await entry()).toEqual({ action: 'STUDY_UPDATED', told });
  });

  it('with the codes that are there already changes nothing', async () => {
    const id = await make();
    const stored = () => app.sql('SELECT key FROM completion_code ORDER BY key');
    const [before, last] = [await stored(), await entry()];
    expect((await update(id, { completionCodes: codes })).study.revision).toBe(1);
    expect([await stored(), await entry()]).toEqual([before, last]);
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
