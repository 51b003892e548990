import { builder } from '../graphql/builder.ts';
import { callOf, commonErrors, idempotencyKeyField, keptName, keptText } from '../graphql/inputs.ts';
import { perform } from '../graphql/mutation.ts';
import { checkInput, longestDescription } from '../input.ts';
import { WorkspaceRef } from './ref.ts';
import { createWorkspace, updateWorkspace } from './service.ts';
import { ParticipantIdFormatEnum } from './type.ts';

const payload = (name: string, description: string) =>
  builder.objectRef<{ workspaceKey: number }>(name).implement({
    description,
    fields: (t) => ({
      workspace: t.field({
        type: WorkspaceRef,
        description: 'The workspace.',
        resolve: ({ workspaceKey }) => workspaceKey,
      }),
    }),
  });

const CreateWorkspaceInput = builder.inputType('CreateWorkspaceInput', {
  description: 'A new workspace.',
  fields: (t) => ({
    title: t.string({ required: true, description: '1–200 characters.' }),
    description: t.string({ description: 'Up to 2,000 characters.' }),
    participantIdFormat: t.field({
      type: ParticipantIdFormatEnum,
      defaultValue: 'PROLIFIC',
      description: 'How its participant IDs look; it cannot be changed later.',
    }),
    idempotencyKey: idempotencyKeyField(t),
  }),
});

builder.mutationField('createWorkspace', (t) =>
  t.field({
    type: payload('CreateWorkspacePayload', 'The workspace that was made.'),
    nullable: true,
    description: 'Makes a workspace. Any user may; its maker becomes its admin.',
    args: { input: t.arg({ type: CreateWorkspaceInput, required: true, description: 'The new workspace.' }) },
    errors: { types: commonErrors },
    resolve: (_root, { input }, context) =>
      perform(context, ({ database }, viewer) => {
        const { call, data } = checkInput((check) => ({
          call: callOf('createWorkspace', input, check),
          data: {
            title: check.name(['input', 'title'], input.title),
            description:
              keptText(check, ['input', 'description'], input.description, longestDescription) ?? null,
            participantIdFormat: input.participantIdFormat ?? 'PROLIFIC',
          },
        }));
        return createWorkspace(database, viewer, call, data);
      }),
  }),
);

const UpdateWorkspaceInput = builder.inputType('UpdateWorkspaceInput', {
  description: 'New values for a workspace; what is left out stays.',
  fields: (t) => ({
    workspaceId: t.id({ required: true, description: 'Id of a Workspace.' }),
    title: t.string({ description: '1–200 characters.' }),
    description: t.string({ description: 'Up to 2,000 characters; null clears it.' }),
    idempotencyKey: idempotencyKeyField(t),
  }),
});

builder.mutationField('updateWorkspace', (t) =>
  t.field({
    type: payload('UpdateWorkspacePayload', 'The workspace as it is now.'),
    nullable: true,
    description: "Edits a workspace's title and description. Needs ADMIN.",
    args: { input: t.arg({ type: UpdateWorkspaceInput, required: true, description: 'What to change.' }) },
    errors: { types: commonErrors },
    resolve: (_root, { input }, context) =>
      perform(context, ({ database }, viewer) => {
        const { call, edit } = checkInput((check) => ({
          call: callOf('updateWorkspace', input, check),
          edit: {
            workspaceId: check.id(['input', 'workspaceId'], input.workspaceId, 'Workspace'),
            title: keptName(check, ['input', 'title'], input.title),
            description: keptText(check, ['input', 'description'], input.description, longestDescription),
          },
        }));
        return updateWorkspace(database, viewer, call, edit);
      }),
  }),
);
