import { VersionConflictError } from '../errors.ts';
import { builder } from '../graphql/builder.ts';
import {
  callOf,
  commonErrors,
  type InputFields,
  idempotencyKeyField,
  keptName,
  keptText,
} from '../graphql/inputs.ts';
import { perform } from '../graphql/mutation.ts';
import { checkInput, type InputCheck, longestDescription } from '../input.ts';
import { GroupDeletedError, GroupInUseError, NameTakenError } from './errors.ts';
import { ParticipantGroupRef } from './ref.ts';
import { deleteGroup, restoreGroup, updateGroup } from './service.ts';

const payload = (name: string, description: string) =>
  builder.objectRef<{ groupKey: number }>(name).implement({
    description,
    fields: (t) => ({
      participantGroup: t.field({
        type: ParticipantGroupRef,
        description: 'The group as it is now.',
        resolve: ({ groupKey }) => groupKey,
      }),
    }),
  });

const groupIdField = (t: InputFields) => t.id({ required: true, description: 'Id of a ParticipantGroup.' });
const groupPath = ['input', 'participantGroupId'];

const UpdateParticipantGroupInput = builder.inputType('UpdateParticipantGroupInput', {
  description: 'New values for a group; what is left out stays.',
  fields: (t) => ({
    participantGroupId: groupIdField(t),
    name: t.string({ description: '1–200 characters.' }),
    description: t.string({ description: 'Up to 2,000 characters; null clears it.' }),
    projectId: t.id({
      description: 'Id of a Project of the same workspace; null takes the group out of its project.',
    }),
    isUniversalBlocklist: t.boolean({ description: 'Needs ADMIN.' }),
    expectedRevision: t.int({
      description: 'Refuses the edit with a VersionConflictError unless this is the current revision.',
    }),
    idempotencyKey: idempotencyKeyField(t),
  }),
});

builder.mutationField('updateParticipantGroup', (t) =>
  t.field({
    type: payload('UpdateParticipantGroupPayload', 'The group that was edited.'),
    nullable: true,
    description: "Edits a group's own fields, or moves it to another project. Needs COLLABORATOR.",
    args: {
      input: t.arg({ type: UpdateParticipantGroupInput, required: true, description: 'What to change.' }),
    },
    errors: { types: [...commonErrors, NameTakenError, VersionConflictError, GroupDeletedError] },
    resolve: (_root, { input }, context) =>
      perform(context, (store, viewer) => {
        const { call, edit } = checkInput((check) => checkGroupEdit(input, check));
        return updateGroup(store, viewer, call, edit);
      }),
  }),
);

function checkGroupEdit(input: typeof UpdateParticipantGroupInput.$inferInput, check: InputCheck) {
  const { projectId, isUniversalBlocklist, expectedRevision } = input;
  if (isUniversalBlocklist === null)
    check.fail(['input', 'isUniversalBlocklist'], 'This cannot be cleared. Give true or false.');
  return {
    call: callOf('updateParticipantGroup', input, check),
    edit: {
      participantGroupId: check.id(groupPath, input.participantGroupId, 'ParticipantGroup'),
      name: keptName(check, ['input', 'name'], input.name),
      description: keptText(check, ['input', 'description'], input.description, longestDescription),
      projectId: projectId == null ? projectId : check.id(['input', 'projectId'], projectId, 'Project'),
      isUniversalBlocklist: isUniversalBlocklist ?? undefined,
      expectedRevision: expectedRevision ?? null,
    },
  };
}

const DeleteParticipantGroupInput = builder.inputType('DeleteParticipantGroupInput', {
  description: 'Which group to delete.',
  fields: (t) => ({ participantGroupId: groupIdField(t), idempotencyKey: idempotencyKeyField(t) }),
});

builder.mutationField('deleteParticipantGroup', (t) =>
  t.field({
    type: payload('DeleteParticipantGroupPayload', 'The group that was deleted.'),
    nullable: true,
    description:
      'Deletes a group: it keeps members and history, leaves listings, gives its name free, and can be restored. Needs COLLABORATOR.',
    args: {
      input: t.arg({ type: DeleteParticipantGroupInput, required: true, description: 'Which group.' }),
    },
    errors: { types: [...commonErrors, GroupInUseError] },
    resolve: (_root, { input }, context) =>
      perform(context, (store, viewer) => {
        const { call, id } = checkInput((check) => ({
          call: callOf('deleteParticipantGroup', input, check),
          id: check.id(groupPath, input.participantGroupId, 'ParticipantGroup'),
        }));
        return deleteGroup(store, viewer, call, id);
      }),
  }),
);

const RestoreParticipantGroupInput = builder.inputType('RestoreParticipantGroupInput', {
  description: 'Which group to restore.',
  fields: (t) => ({
    participantGroupId: groupIdField(t),
    name: t.string({ description: 'A new name, where its own is taken.' }),
    idempotencyKey: idempotencyKeyField(t),
  }),
});

builder.mutationField('restoreParticipantGroup', (t) =>
  t.field({
    type: payload('RestoreParticipantGroupPayload', 'The group that was restored.'),
    nullable: true,
    description: 'Brings a deleted group back, with its members and history. Needs COLLABORATOR.',
    args: {
      input: t.arg({ type: RestoreParticipantGroupInput, required: true, description: 'Which group.' }),
    },
    errors: { types: [...commonErrors, NameTakenError] },
    resolve: (_root, { input }, context) =>
      perform(context, (store, viewer) => {
        const { call, restoring } = checkInput((check) => ({
          call: callOf('restoreParticipantGroup', input, check),
          restoring: {
            participantGroupId: check.id(groupPath, input.participantGroupId, 'ParticipantGroup'),
            name: input.name == null ? null : check.name(['input', 'name'], input.name),
          },
        }));
        return restoreGroup(store, viewer, call, restoring);
      }),
  }),
);
