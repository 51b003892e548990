import { builder } from '../graphql/builder.ts';
import { type Connection, connect, type MaybePromise } from '../graphql/connection.ts';
import type { Context } from '../graphql/context.ts';
import { batched } from '../graphql/loader.ts';
import type { PageArguments } from '../graphql/page-arguments.ts';
import { ParticipantRef } from '../participant/ref.ts';
import { StudyRef } from '../study/ref.ts';
import { SubmissionStatusEnum } from '../study-filter/arguments.ts';
import { allStatuses } from '../study-filter/rules.ts';
import {
  countSubmissions,
  loadStatusCounts,
  loadSubmissionPages,
  type SubmissionListing,
  submissionOrder,
} from './list-loaders.ts';
import type { SubmissionRow } from './loaders.ts';
import { SubmissionConnection, SubmissionRef } from './ref.ts';

const pages = batched(loadSubmissionPages);
const counts = batched(countSubmissions);
const statusCounts = batched(loadStatusCounts);
/** All submissions of a study are looked at: as much as 20 objects. */
const countingPoints = 20;

function listSubmissions(
  field: string,
  parent: number,
  listing: SubmissionListing,
  args: PageArguments,
  context: Context,
): MaybePromise<Connection<SubmissionRow>> {
  return connect<SubmissionRow>(args, {
    field,
    parent,
    order: submissionOrder,
    positionOf: ({ key }) => [key],
    load: (range) => pages(context, { listing, range }).load(parent),
    totalCount: () => counts(context, listing).load(parent),
  });
}

const SubmissionCount = builder
  .objectRef<{ readonly status: (typeof allStatuses)[number]; readonly count: number }>('SubmissionCount')
  .implement({
    description: 'How many submissions of a study stand so.',
    fields: (t) => ({
      status: t.field({
        type: SubmissionStatusEnum,
        description: 'Where they stand by now.',
        resolve: ({ status }) => status,
      }),
      count: t.exposeInt('count', { description: 'How many.' }),
    }),
  });

builder.objectFields(StudyRef, (t) => ({
  submissions: t.connection(
    {
      type: SubmissionRef,
      description: 'Who took part, the newest first.',
      args: {
        status: t.arg({
          type: [SubmissionStatusEnum],
          description: 'Only submissions in one of these statuses by now; without it, all.',
        }),
      },
      resolve: ({ key }, args, context) => {
        const listing = { of: 'study', status: args.status ?? null } as const;
        return listSubmissions('Study.submissions', key, listing, args, context);
      },
    },
    SubmissionConnection,
  ),
  submissionCounts: t.field({
    type: [SubmissionCount],
    extensions: { rows: allStatuses.length, points: countingPoints },
    description: 'How many submissions there are in each status, of all statuses and as of one moment.',
    resolve: async ({ key }, _args, context) => {
      const found = await statusCounts(context, null).load(key);
      return allStatuses.map((status) => ({ status, count: found[status] ?? 0 }));
    },
  }),
  placesTaken: t.int({
    extensions: { points: countingPoints },
    description:
      'How many places are taken: submissions that are under way, to be reviewed or approved. Never more than there are at that moment.',
    resolve: async ({ key }, _args, context) => {
      const { ACTIVE = 0, AWAITING_REVIEW = 0, APPROVED = 0 } = await statusCounts(context, null).load(key);
      return ACTIVE + AWAITING_REVIEW + APPROVED;
    },
  }),
}));

builder.objectField(ParticipantRef, 'submissions', (t) =>
  t.connection(
    {
      type: SubmissionRef,
      description: 'What they took part in, the newest first.',
      resolve: ({ key }, args, context) =>
        listSubmissions('Participant.submissions', key, { of: 'participant' }, args, context),
    },
    SubmissionConnection,
  ),
);
