import { builder } from '../graphql/builder.ts';
import { callOf, commonErrors, idempotencyKeyField, keptName, keptText } from '../graphql/inputs.ts';
import { perform } from '../graphql/mutation.ts';
import { checkInput, longestDescription } from '../input.ts';
import { ProjectRef } from './ref.ts';
import { createProject, updateProject } from './service.ts';

const payload = (name: string, description: string) =>
  builder.objectRef<{ projectKey: number }>(name).implement({
    description,
    fields: (t) => ({
      project: t.field({
        type: ProjectRef,
        description: 'The project.',
        resolve: ({ projectKey }) => projectKey,
      }),
    }),
  });

const CreateProjectInput = builder.inputType('CreateProjectInput', {
  description: 'A new project.',
  fields: (t) => ({
    workspaceId: t.id({ required: true, description: 'Id of the Workspace that it belongs to.' }),
    title: t.string({ required: true, description: '1–200 characters.' }),
    description: t.string({ description: 'Up to 2,000 characters.' }),
    idempotencyKey: idempotencyKeyField(t),
  }),
});

builder.mutationField('createProject', (t) =>
  t.field({
    type: payload('CreateProjectPayload', 'The project that was made.'),
    nullable: true,
    description: 'Makes a project. Needs COLLABORATOR.',
    args: { input: t.arg({ type: CreateProjectInput, required: true, description: 'The new project.' }) },
    errors: { types: commonErrors },
    resolve: (_root, { input }, context) =>
      perform(context, ({ database }, viewer) => {
        const { call, data } = checkInput((check) => ({
          call: callOf('createProject', input, check),
          data: {
            workspaceId: check.id(['input', 'workspaceId'], input.workspaceId, 'Workspace'),
            title: check.name(['input', 'title'], input.title),
            description:
              keptText(check, ['input', 'description'], input.description, longestDescription) ?? null,
          },
        }));
        return createProject(database, viewer, call, data);
      }),
  }),
);

const UpdateProjectInput = builder.inputType('UpdateProjectInput', {
  description: 'New values for a project; what is left out stays.',
  fields: (t) => ({
    projectId: t.id({ required: true, description: 'Id of a Project.' }),
    title: t.string({ description: '1–200 characters.' }),
    description: t.string({ description: 'Up to 2,000 characters; null clears it.' }),
    idempotencyKey: idempotencyKeyField(t),
  }),
});

builder.mutationField('updateProject', (t) =>
  t.field({
    type: payload('UpdateProjectPayload', 'The project as it is now.'),
    nullable: true,
    description: "Edits a project's title and description. Needs COLLABORATOR.",
    args: { input: t.arg({ type: UpdateProjectInput, required: true, description: 'What to change.' }) },
    errors: { types: commonErrors },
    resolve: (_root, { input }, context) =>
      perform(context, ({ database }, viewer) => {
        const { call, edit } = checkInput((check) => ({
          call: callOf('updateProject', input, check),
          edit: {
            projectId: check.id(['input', 'projectId'], input.projectId, 'Project'),
            title: keptName(check, ['input', 'title'], input.title),
            description: keptText(check, ['input', 'description'], input.description, longestDescription),
          },
        }));
        return updateProject(database, viewer, call, edit);
      }),
  }),
);
