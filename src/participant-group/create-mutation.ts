import { builder } from '../graphql/builder.ts';
import { callOf, commonErrors, idempotencyKeyField, keptText } from '../graphql/inputs.ts';
import { perform } from '../graphql/mutation.ts';
import { checkInput, type InputCheck, longestDescription, longestNote } from '../input.ts';
import { editPayload, IfInvalidEnum } from '../membership/payloads.ts';
import { checkListLength } from '../membership/rules.ts';
import { InvalidParticipantIdsError } from '../participant/errors.ts';
import { createGroup, type GroupScope } from './create-service.ts';
import { NameTakenError } from './errors.ts';

const ParticipantGroupScope = builder.inputType('ParticipantGroupScope', {
  description: 'Where a group goes: exactly one of the two.',
  isOneOf: true,
  fields: (t) => ({
    workspaceId: t.id({ description: 'Id of a Workspace; the group belongs to none of its projects.' }),
    projectId: t.id({ description: 'Id of a Project.' }),
  }),
});

function checkScope(scope: typeof ParticipantGroupScope.$inferInput, check: InputCheck): GroupScope {
  const path = ['input', 'scope'];
  return check.oneOf(path, scope) === 'workspaceId'
    ? { workspaceId: check.id([...path, 'workspaceId'], scope.workspaceId ?? '', 'Workspace') }
    : { projectId: check.id([...path, 'projectId'], scope.projectId ?? '', 'Project') };
}

const CreateParticipantGroupInput = builder.inputType('CreateParticipantGroupInput', {
  description: 'A new group.',
  fields: (t) => ({
    scope: t.field({ type: ParticipantGroupScope, required: true, description: 'Where it goes.' }),
    name: t.string({
      required: true,
      description: "1–200 characters; unique among the workspace's live groups.",
    }),
    description: t.string({ description: 'Up to 2,000 characters.' }),
    participantIds: t.stringList({ description: 'First members; at most 10,000 participant IDs.' }),
    ifInvalid: t.field({
      type: IfInvalidEnum,
      defaultValue: 'REJECT',
      description: 'What to do with malformed IDs.',
    }),
    isUniversalBlocklist: t.boolean({
      defaultValue: false,
      description: 'Whether its members are ineligible for every study of the workspace. Needs ADMIN.',
    }),
    note: t.string({
      description:
        'Why; up to 500 characters. Stays with the change that brings the first members; without any it is not kept.',
    }),
    idempotencyKey: idempotencyKeyField(t),
  }),
});

builder.mutationField('createParticipantGroup', (t) =>
  t.field({
    type: editPayload('CreateParticipantGroupPayload', 'The group that was made.', ['addedCount']),
    nullable: true,
    description: 'Makes a group, also with first members. Needs COLLABORATOR.',
    args: {
      input: t.arg({ type: CreateParticipantGroupInput, required: true, description: 'The new group.' }),
    },
    errors: { types: [...commonErrors, InvalidParticipantIdsError, NameTakenError] },
    resolve: (_root, { input }, context) =>
      perform(context, (store, viewer) => {
        const { call, data } = checkInput((check) => checkNewGroup(input, check));
        return createGroup(store, viewer, call, data);
      }),
  }),
);

function checkNewGroup(input: typeof CreateParticipantGroupInput.$inferInput, check: InputCheck) {
  const { participantIds, ifInvalid, isUniversalBlocklist } = input;
  checkListLength(check, ['input', 'participantIds'], participantIds ?? []);
  return {
    call: callOf('createParticipantGroup', input, check),
    data: {
      scope: checkScope(input.scope, check),
      name: check.name(['input', 'name'], input.name),
      description: keptText(check, ['input', 'description'], input.description, longestDescription) ?? null,
      participantIds: participantIds ?? [],
      ifInvalid: ifInvalid ?? 'REJECT',
      isUniversalBlocklist: isUniversalBlocklist ?? false,
      note: keptText(check, ['input', 'note'], input.note, longestNote) ?? null,
    },
  };
}
