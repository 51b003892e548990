import { reads } from '../graphql/look-ahead.ts';
import { ProjectRef } from '../project/ref.ts';
import { workspaceField } from '../workspace/ref.ts';
import { ParticipantGroupRef } from './ref.ts';

ParticipantGroupRef.implement({
  description:
    'A saved, named set of participants. Belongs to one workspace, and optionally to one of its projects.',
  fields: (t) => ({
    name: t.exposeString('name', {
      description: "Unique among the workspace's live groups, regardless of case.",
    }),
    description: t.exposeString('description', { nullable: true, description: 'What it is for.' }),
    workspace: t.field({
      ...workspaceField('participant_group'),
      description: 'The workspace that it belongs to.',
    }),
    project: t.field({
      type: ProjectRef,
      nullable: true,
      extensions: reads('projectKey'),
      description: 'The project that it belongs to, if it belongs to one.',
      resolve: ({ projectKey }) => projectKey,
    }),
    participantCount: t.exposeInt('participantCount', {
      description: 'How many members it has; exact, and as cheap for ten million as for ten.',
    }),
    version: t.exposeInt('version', {
      description: 'Number of the newest membership change; 0 before the first.',
    }),
    revision: t.exposeInt('revision', {
      description: "Counts edits of the group's own fields: name, description, project and flag.",
    }),
    isUniversalBlocklist: t.exposeBoolean('isUniversalBlocklist', {
      description: 'Whether its members are ineligible for every study of the workspace.',
    }),
    isDeleted: t.boolean({
      extensions: reads('deletedAt'),
      description: 'Whether it is deleted: it keeps members and history, and takes no edits.',
      resolve: ({ deletedAt }) => deletedAt !== null,
    }),
    deletedAt: t.field({
      type: 'DateTime',
      nullable: true,
      extensions: reads('deletedAt'),
      description: 'When it was deleted.',
      resolve: (group) => group.deletedAt,
    }),
    createdAt: t.field({
      type: 'DateTime',
      extensions: reads('createdAt'),
      description: 'When it was made.',
      resolve: (group) => group.createdAt,
    }),
    updatedAt: t.field({
      type: 'DateTime',
      extensions: reads('updatedAt'),
      description: 'When its own fields were edited last; moves with `revision`.',
      resolve: (group) => group.updatedAt,
    }),
    lastChangeAt: t.field({
      type: 'DateTime',
      nullable: true,
      extensions: reads('lastChangeAt'),
      description: 'When its members changed last; moves with `version`.',
      resolve: (group) => group.lastChangeAt,
    }),
  }),
});
