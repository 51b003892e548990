import { UserRef } from '../access/ref.ts';
import { builder } from '../graphql/builder.ts';
import { connect } from '../graphql/connection.ts';
import { batched } from '../graphql/loader.ts';
import { StudyConnection, StudyRef } from '../study/ref.ts';
import { filtersOf, StudyFilterRef } from '../study-filter/ref.ts';
import { usualCounts } from '../study-filter/rules.ts';
import { WorkspaceRef } from '../workspace/ref.ts';
import { listUsers } from './listing.ts';
import {
  countVersions,
  countWorkspaceFilterSets,
  filterSetOrder,
  loadCurrentVersions,
  loadVersionPages,
  loadWorkspaceFilterSets,
  versionOrder,
} from './listing-loaders.ts';
import type { FilterSetRow, FilterSetVersionRow } from './loaders.ts';
import { FilterSetConnection, FilterSetRef, FilterSetVersionConnection, FilterSetVersionRef } from './ref.ts';

const currentVersions = batched(loadCurrentVersions);

FilterSetRef.implement({
  description: 'Filters that several studies share. Belongs to one workspace.',
  fields: (t) => ({
    name: t.exposeString('name', { description: 'The name; not unique.' }),
    workspace: t.field({
      type: WorkspaceRef,
      description: 'The workspace that it belongs to.',
      resolve: ({ workspaceKey }) => workspaceKey,
    }),
    isLocked: t.exposeBoolean('isLocked', {
      description: 'Whether it refuses edits and deletion; studies go on using it.',
    }),
    currentVersion: t.field({
      type: FilterSetVersionRef,
      description: 'The newest version, which its unpublished studies follow.',
      resolve: ({ key }, _args, context) => currentVersions(context, null).load(key),
    }),
    isDeleted: t.boolean({
      description: 'Whether it is deleted: it stays readable by its id, and takes no edits.',
      resolve: ({ deletedAt }) => deletedAt !== null,
    }),
    deletedAt: t.field({
      type: 'DateTime',
      nullable: true,
      description: 'When it was deleted.',
      resolve: (set) => set.deletedAt,
    }),
    createdAt: t.field({
      type: 'DateTime',
      description: 'When it was made.',
      resolve: (set) => set.createdAt,
    }),
  }),
});

FilterSetVersionRef.implement({
  description: 'The filters that a filter set had from one edit to the next; never edited itself.',
  fields: (t) => ({
    filterSet: t.field({
      type: FilterSetRef,
      description: 'The filter set; it may be deleted.',
      resolve: ({ filterSetKey }) => filterSetKey,
    }),
    version: t.exposeInt('version', { description: 'Its number; counts from 1.' }),
    actor: t.field({
      type: UserRef,
      nullable: true,
      description: 'Who made it; readable by name after they have left the workspace.',
      resolve: ({ actorId }) => actorId,
    }),
    createdAt: t.field({
      type: 'DateTime',
      description: 'When it was made.',
      resolve: (version) => version.createdAt,
    }),
    filters: t.field({
      type: [StudyFilterRef],
      extensions: { rows: usualCounts.topLevel },
      description: 'Its filters; their top level is an implicit `all`.',
      resolve: async ({ filterTreeKey }, _args, context) =>
        (await filtersOf(context, null).load(filterTreeKey)).filters,
    }),
  }),
});

const setPages = batched(loadWorkspaceFilterSets);
const setCounts = batched(countWorkspaceFilterSets);

builder.objectField(WorkspaceRef, 'filterSets', (t) =>
  t.connection(
    {
      type: FilterSetRef,
      description: 'Its filter sets but for deleted ones, in the order in which they were made.',
      resolve: ({ key }, args, context) =>
        connect<FilterSetRow>(args, {
          field: 'Workspace.filterSets',
          parent: key,
          order: filterSetOrder,
          positionOf: (set) => [set.key],
          load: (range) => setPages(context, range).load(key),
          totalCount: () => setCounts(context, null).load(key),
        }),
    },
    FilterSetConnection,
  ),
);

const versionPages = batched(loadVersionPages);
const versionCounts = batched(countVersions);

builder.objectField(FilterSetRef, 'versions', (t) =>
  t.connection(
    {
      type: FilterSetVersionRef,
      description: 'Its versions, oldest first.',
      resolve: ({ key }, args, context) =>
        connect<FilterSetVersionRow>(args, {
          field: 'FilterSet.versions',
          parent: key,
          order: versionOrder,
          positionOf: (version) => [version.version],
          load: (range) => versionPages(context, range).load(key),
          totalCount: () => versionCounts(context, null).load(key),
        }),
    },
    FilterSetVersionConnection,
  ),
);

builder.objectField(FilterSetRef, 'studies', (t) =>
  t.connection(
    {
      type: StudyRef,
      description:
        'The studies that take their filters from it, in the order in which they were made: unpublished ones from its newest version, the others from the one that they were published with.',
      resolve: ({ key }, args, context) => listUsers('FilterSet.studies', 'ALL', key, args, context),
    },
    StudyConnection,
  ),
);
