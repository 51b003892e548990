import { builder } from '../graphql/builder.ts';
import { type Connection, connect, type MaybePromise } from '../graphql/connection.ts';
import type { Context } from '../graphql/context.ts';
import { batched } from '../graphql/loader.ts';
import type { PageArguments } from '../graphql/page-arguments.ts';
import { ProjectRef } from '../project/ref.ts';
import { WorkspaceRef } from '../workspace/ref.ts';
import { StudyStatusEnum } from './arguments.ts';
import { countStudies, loadStudyPages, type StudyListing } from './list-loaders.ts';
import { type StudyRow, studyOrder } from './loaders.ts';
import { StudyConnection, StudyRef } from './ref.ts';

const pages = batched(loadStudyPages);
const counts = batched(countStudies);

/** A list of studies under a parent, in the order in which they were made. `field` is the list's `Type.field`. */
export function listStudies(
  field: string,
  parent: number,
  listing: StudyListing,
  args: PageArguments,
  context: Context,
): MaybePromise<Connection<StudyRow>> {
  return connect<StudyRow>(args, {
    field,
    parent,
    order: studyOrder,
    positionOf: ({ key }) => [key],
    load: (range) => pages(context, { listing, range }).load(parent),
    totalCount: () => counts(context, listing).load(parent),
  });
}

const description = 'Only studies in one of these; without it, in any.';

builder.objectField(WorkspaceRef, 'studies', (t) =>
  t.connection(
    {
      type: StudyRef,
      description: "The studies of the workspace's projects, in the order in which they were made.",
      args: { status: t.arg({ type: [StudyStatusEnum], description }) },
      resolve: ({ key }, args, context) => {
        const listing = { of: 'workspace', status: args.status ?? null } as const;
        return listStudies('Workspace.studies', key, listing, args, context);
      },
    },
    StudyConnection,
  ),
);

builder.objectField(ProjectRef, 'studies', (t) =>
  t.connection(
    {
      type: StudyRef,
      description: "The project's studies, in the order in which they were made.",
      args: { status: t.arg({ type: [StudyStatusEnum], description }) },
      resolve: ({ key }, args, context) => {
        const listing = { of: 'project', status: args.status ?? null } as const;
        return listStudies('Project.studies', key, listing, args, context);
      },
    },
    StudyConnection,
  ),
);
