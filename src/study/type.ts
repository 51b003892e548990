import { loadVersionsOfTrees } from '../filter-set/loaders.ts';
import { FilterSetVersionRef } from '../filter-set/ref.ts';
import { batched } from '../graphql/loader.ts';
import { ProjectRef } from '../project/ref.ts';
import { filtersOf, StudyFilterRef } from '../study-filter/ref.ts';
import { usualCounts } from '../study-filter/rules.ts';
import { WorkspaceRef } from '../workspace/ref.ts';
import { StudyStatusEnum } from './arguments.ts';
import { StudyRef } from './ref.ts';

const versionsOfTrees = batched(loadVersionsOfTrees);

StudyRef.implement({
  description: 'Something that participants take part in. Its filters say who may.',
  fields: (t) => ({
    name: t.exposeString('name', { description: 'What participants see; not unique.' }),
    internalName: t.exposeString('internalName', { nullable: true, description: 'What the team calls it.' }),
    description: t.exposeString('description', { nullable: true, description: 'What it is about.' }),
    project: t.field({
      type: ProjectRef,
      description: 'The project that it belongs to.',
      resolve: ({ projectKey }) => projectKey,
    }),
    workspace: t.field({
      type: WorkspaceRef,
      description: 'The workspace that it belongs to.',
      resolve: ({ workspaceKey }) => workspaceKey,
    }),
    status: t.field({
      type: StudyStatusEnum,
      description: 'Where it stands.',
      resolve: (study) => study.status,
    }),
    revision: t.exposeInt('revision', {
      description:
        'Counts edits of its own fields, its filters and completion codes among them. Moves from status to status do not count.',
    }),
    totalAvailablePlaces: t.exposeInt('totalAvailablePlaces', {
      description: 'How many participants can take part.',
    }),
    maximumMinutes: t.exposeInt('maximumMinutes', {
      nullable: true,
      description: 'How many minutes a participant has; null for no end.',
    }),
    createdAt: t.field({
      type: 'DateTime',
      description: 'When it was made.',
      resolve: (study) => study.createdAt,
    }),
    publishedAt: t.field({
      type: 'DateTime',
      nullable: true,
      description: 'When it was published; null before.',
      resolve: (study) => study.publishedAt,
    }),
    filters: t.field({
      type: [StudyFilterRef],
      extensions: { rows: usualCounts.topLevel },
      description:
        "What decides who may take part: its own filters, or the filter set version's. A participant passes who passes all; without any, everyone does.",
      resolve: async ({ filterTreeKey }, _args, context) =>
        (await filtersOf(context, null).load(filterTreeKey)).filters,
    }),
    filterSetVersion: t.field({
      type: FilterSetVersionRef,
      nullable: true,
      description:
        'The version of a filter set that its filters come from: the newest while it is unpublished, afterwards the one that it was published with. Null where its filters are its own.',
      resolve: ({ filterSetKey, filterTreeKey }, _args, context) =>
        filterSetKey === null ? null : versionsOfTrees(context, null).load(filterTreeKey),
    }),
  }),
});
