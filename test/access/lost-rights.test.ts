import { describe, expect, it } from 'vitest';
import { decodeGlobalId } from '../../src/global-id.ts';
import { startApp } from '../support/app.ts';
import { documentOf, type MutationName } from '../support/documents.ts';
import {
  addMember,
  createGroup,
  createLab,
  createPerson,
  type Person,
  people,
} from '../support/factories.ts';
import { holdGroup, untilWaiting } from '../support/lock.ts';
import { removeMember } from './fixtures/people.ts';

const app = await startApp();
const lab = await createLab(app);

const edits: readonly (readonly [MutationName, object])[] = [
  ['addParticipantsToGroup', { participantIds: ['new'] }],
  ['removeParticipantsFromGroup', { participantIds: ['p0'] }],
  ['replaceGroupParticipants', { participantIds: [] }],
  ['revertParticipantGroup', { toVersion: 0 }],
  ['updateParticipantGroup', { name: 'Renamed' }],
  ['deleteParticipantGroup', {}],
  ['restoreParticipantGroup', { name: 'Restored' }],
];

const losses: Record<string, (person: Person) => Promise<unknown>> = {
  'the member was removed': (person) => removeMember(app, lab.workspaceId, person),
  'the role was lowered': ({ userId }) =>
    app.sql("UPDATE workspace_member SET role = 'VIEWER' WHERE user_id = $1", [userId]),
  'the token was revoked': ({ userId }) =>
    app.sql('UPDATE api_token SET revoked_at = now() WHERE user_id = $1', [userId]),
  'the token expired': ({ userId }) =>
    app.sql("UPDATE api_token SET expires_at = date_trunc('milliseconds', now()) WHERE user_id = $1", [
      userId,
    ]),
};

describe.each(Object.entries(losses))('when %s while a request waited for the group', (what, lose) => {
  it.each(edits)('%s changes nothing', async (mutation, values) => {
    const person = await createPerson(app);
    await addMember(app, lab.workspaceId, person, 'COLLABORATOR');
    const participantGroupId = await createGroup(app, lab.admin.token, lab.workspaceId, people(0, 3));
    const row = () =>
      app.sql('SELECT row_to_json(participant_group) AS row FROM participant_group WHERE id = $1', [
        decodeGlobalId(participantGroupId)?.key,
      ]);
    const before = await row();
    const release = await holdGroup(app.databaseUrl, participantGroupId);
    const answering = app.ask(person.token, documentOf(mutation), {
      input: { participantGroupId, ...values },
    });
    await untilWaiting(app);
    await lose(person);
    await release();
    const { data } = await answering;
    const refusal = what === 'the role was lowered' ? 'ForbiddenError' : 'NotFoundError';
    expect(data[mutation]).toMatchObject({ __typename: refusal });
    expect(await row()).toEqual(before);
  });
});
