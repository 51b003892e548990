import { VersionConflictError } from '../errors.ts';
import { builder } from '../graphql/builder.ts';
import { callOf, commonErrors, type InputFields, idempotencyKeyField, keptText } from '../graphql/inputs.ts';
import { perform } from '../graphql/mutation.ts';
import { checkInput, type InputCheck, longestNote } from '../input.ts';
import { InvalidParticipantIdsError } from '../participant/errors.ts';
import { GroupDeletedError } from '../participant-group/errors.ts';
import { editPayload, IfInvalidEnum } from './payloads.ts';
import { checkListLength } from './rules.ts';
import {
  addParticipants,
  type Edit,
  type ListEdit,
  removeParticipants,
  replaceParticipants,
  revertGroup,
} from './service.ts';

const listErrors = [...commonErrors, InvalidParticipantIdsError, GroupDeletedError];

const groupIdField = (t: InputFields) => t.id({ required: true, description: 'Id of a ParticipantGroup.' });
const noteField = (t: InputFields) =>
  t.string({ description: 'Why; up to 500 characters. Stays with the change.' });
const expectedVersionField = (t: InputFields) =>
  t.int({ description: 'Refuses the edit with a VersionConflictError unless this is the current version.' });

const listFields = (t: InputFields, description: string) => ({
  participantGroupId: groupIdField(t),
  participantIds: t.stringList({ required: true, description }),
  ifInvalid: t.field({
    type: IfInvalidEnum,
    defaultValue: 'REJECT',
    description: 'What to do with malformed IDs.',
  }),
  note: noteField(t),
  idempotencyKey: idempotencyKeyField(t),
});

interface EditInput {
  participantGroupId: string;
  note?: string | null | undefined;
  idempotencyKey?: string | null | undefined;
}

function checkEdit(mutation: string, input: EditInput, check: InputCheck): Edit {
  return {
    call: callOf(mutation, input, check),
    participantGroupId: check.id(
      ['input', 'participantGroupId'],
      input.participantGroupId,
      'ParticipantGroup',
    ),
    note: keptText(check, ['input', 'note'], input.note, longestNote) ?? null,
  };
}

interface ListInput extends EditInput {
  participantIds: string[];
  ifInvalid?: 'REJECT' | 'SKIP' | null | undefined;
}

function checkListEdit(mutation: string, input: ListInput, check: InputCheck): ListEdit {
  checkListLength(check, ['input', 'participantIds'], input.participantIds);
  const { participantIds, ifInvalid } = input;
  return { ...checkEdit(mutation, input, check), participantIds, ifInvalid: ifInvalid ?? 'REJECT' };
}

const AddParticipantsToGroupInput = builder.inputType('AddParticipantsToGroupInput', {
  description: 'Whom to add to a group.',
  fields: (t) => listFields(t, 'Participant IDs; at most 10,000. One that is named twice counts once.'),
});

builder.mutationField('addParticipantsToGroup', (t) =>
  t.field({
    type: editPayload('AddParticipantsToGroupPayload', 'What adding did.', [
      'addedCount',
      'alreadyMemberCount',
    ]),
    nullable: true,
    description:
      'Adds participants to a group, as one change. Who is a member already stays as they are. Needs COLLABORATOR.',
    args: {
      input: t.arg({ type: AddParticipantsToGroupInput, required: true, description: 'Whom to add.' }),
    },
    errors: { types: listErrors },
    resolve: (_root, { input }, context) =>
      perform(context, (store, viewer) =>
        addParticipants(
          store,
          viewer,
          checkInput((check) => checkListEdit('addParticipantsToGroup', input, check)),
        ),
      ),
  }),
);

const RemoveParticipantsFromGroupInput = builder.inputType('RemoveParticipantsFromGroupInput', {
  description: 'Whom to remove from a group.',
  fields: (t) => listFields(t, 'Participant IDs; at most 10,000. One that is named twice counts once.'),
});

builder.mutationField('removeParticipantsFromGroup', (t) =>
  t.field({
    type: editPayload('RemoveParticipantsFromGroupPayload', 'What removing did.', [
      'removedCount',
      'notMemberCount',
    ]),
    nullable: true,
    description:
      'Removes participants from a group, as one change. Who is not a member is left alone. Needs COLLABORATOR.',
    args: {
      input: t.arg({
        type: RemoveParticipantsFromGroupInput,
        required: true,
        description: 'Whom to remove.',
      }),
    },
    errors: { types: listErrors },
    resolve: (_root, { input }, context) =>
      perform(context, (store, viewer) =>
        removeParticipants(
          store,
          viewer,
          checkInput((check) => checkListEdit('removeParticipantsFromGroup', input, check)),
        ),
      ),
  }),
);

const ReplaceGroupParticipantsInput = builder.inputType('ReplaceGroupParticipantsInput', {
  description: 'Who is to be in a group, and nobody else.',
  fields: (t) => ({
    ...listFields(t, 'Participant IDs; at most 10,000. An empty list empties the group.'),
    expectedVersion: expectedVersionField(t),
  }),
});

builder.mutationField('replaceGroupParticipants', (t) =>
  t.field({
    type: editPayload('ReplaceGroupParticipantsPayload', 'What replacing did.', [
      'addedCount',
      'removedCount',
      'keptCount',
    ]),
    nullable: true,
    description: 'Makes the list the whole membership: the difference is one change. Needs COLLABORATOR.',
    args: {
      input: t.arg({ type: ReplaceGroupParticipantsInput, required: true, description: 'Who is to be in.' }),
    },
    errors: { types: [...listErrors, VersionConflictError] },
    resolve: (_root, { input }, context) =>
      perform(context, (store, viewer) => {
        const edit = checkInput((check) => checkListEdit('replaceGroupParticipants', input, check));
        return replaceParticipants(store, viewer, {
          ...edit,
          expectedVersion: input.expectedVersion ?? null,
        });
      }),
  }),
);

const RevertParticipantGroupInput = builder.inputType('RevertParticipantGroupInput', {
  description: 'Which version to go back to.',
  fields: (t) => ({
    participantGroupId: groupIdField(t),
    toVersion: t.int({
      required: true,
      description: 'The version whose members are wanted; 0 is before the first change.',
    }),
    expectedVersion: expectedVersionField(t),
    note: noteField(t),
    idempotencyKey: idempotencyKeyField(t),
  }),
});

builder.mutationField('revertParticipantGroup', (t) =>
  t.field({
    type: editPayload('RevertParticipantGroupPayload', 'What going back did.', [
      'addedCount',
      'removedCount',
      'keptCount',
    ]),
    nullable: true,
    description: 'Makes the members those of an earlier version, as a new change. Needs COLLABORATOR.',
    args: {
      input: t.arg({
        type: RevertParticipantGroupInput,
        required: true,
        description: 'Where to go back to.',
      }),
    },
    errors: { types: [...listErrors, VersionConflictError] },
    resolve: (_root, { input }, context) =>
      perform(context, (store, viewer) => {
        const { toVersion, expectedVersion = null } = input;
        const edit = checkInput((check) => checkEdit('revertParticipantGroup', input, check));
        return revertGroup(store, viewer, { ...edit, toVersion, expectedVersion });
      }),
  }),
);
