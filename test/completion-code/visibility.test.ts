import { expect, it } from 'vitest';
import { loadCodes, loadFeederCodes } from '../../src/completion-code/loaders.ts';
import { createActors } from '../access/fixtures/people.ts';
import { insiders, outsiders } from '../access/fixtures/policies.ts';
import { startApp } from '../support/app.ts';
import { addMember, createGroup, createLab, createProject } from '../support/factories.ts';
import { adding, createStudy, keyOf } from '../support/studies.ts';

const app = await startApp();
const lab = await createLab(app);
const actors = await createActors(app, lab);
const projectId = await createProject(app, lab.admin.token, lab.workspaceId);
const group = await createGroup(app, lab.admin.token, lab.workspaceId);
const id = await createStudy(app, lab.admin.token, projectId, { completionCodes: adding(group) });

const query = `query ($id: ID!) { study(id: $id) { completionCodes {
  code codeType actions { kind participantGroup { id } } } } }`;
const codesFor = async (token: string | null) => {
  const { data, errors } = await app.ask(token, query, { id });
  expect(errors).toBeUndefined();
  return data.study?.completionCodes;
};

it.each(insiders)('the %s sees what a code does, and the code from COLLABORATOR on', async (actor) => {
  const actions = [{ kind: 'ADD_TO_PARTICIPANT_GROUP', participantGroup: { id: group } }];
  const code = actor === 'viewer' ? null : 'DONE';
  expect(await codesFor(actors[actor])).toEqual([{ code, codeType: 'COMPLETED', actions }]);
});

it.each(outsiders)('the %s sees no codes', async (actor) => {
  expect(await codesFor(actors[actor])).toBeUndefined();
});

it('a role elsewhere does not show a viewer the codes of this workspace', async () => {
  await addMember(app, lab.strangersWorkspaceId, lab.viewer, 'ADMIN');
  expect(await codesFor(lab.viewer.token)).toMatchObject([{ code: null }]);
});

it('the codes of a workspace that is not the viewer’s are not read at all', async () => {
  const [studyKey, groupKey, workspaceKey] = [
    await keyOf(app, 'study', id),
    await keyOf(app, 'participant_group', group),
    await keyOf(app, 'workspace', lab.strangersWorkspaceId),
  ];
  const scope = {
    reader: app.database.reader,
    bitmaps: app.database.bitmaps,
    keptParticipants: app.database.keptParticipants,
    source: app.database.keptParticipants.source,
    workspaceKeys: [workspaceKey],
    adminWorkspaceKeys: [workspaceKey],
    narrowedTo: null,
    userId: lab.stranger.userId,
  };
  expect(await loadCodes(scope, [studyKey])).toEqual([[]]);
  expect(await loadFeederCodes(scope, [`${studyKey} ${groupKey}`])).toEqual([[]]);
});
