import { builder } from '../graphql/builder.ts';
import { connect } from '../graphql/connection.ts';
import type { Context } from '../graphql/context.ts';
import { batched } from '../graphql/loader.ts';
import type { PageArguments } from '../graphql/page-arguments.ts';
import { ParticipantGroupRef } from '../participant-group/ref.ts';
import { StudyRef } from '../study/ref.ts';
import { SubmissionStatusEnum } from './arguments.ts';
import { customIdOrder, customListKey, loadCustomIds } from './custom-loaders.ts';
import {
  AllFilters,
  AnyFilter,
  CustomAllowlist,
  CustomBlocklist,
  ParticipantGroupAllowlist,
  ParticipantGroupBlocklist,
  PreviousStudiesAllowlist,
  PreviousStudiesBlocklist,
  StudyFilterRef,
} from './ref.ts';
import { type CustomListNode, usualCounts } from './rules.ts';

const StringConnection = builder.connectionObject(
  { type: 'String', name: 'StringConnection', description: 'A page of texts.' },
  { description: 'A text in a list.' },
);

const customIds = batched(loadCustomIds);

function listCustomIds(field: string, list: CustomListNode, args: PageArguments, context: Context) {
  const key = customListKey(list);
  return connect<string>(args, {
    field,
    parent: key,
    order: customIdOrder,
    positionOf: (id) => [id],
    load: (range) => customIds(context, range).load(key),
    totalCount: () => list.participantIdCount,
  });
}

const groupLists = [
  [ParticipantGroupAllowlist, 'Passes who is in at least one of the groups.'],
  [ParticipantGroupBlocklist, 'Passes who is in none of the groups.'],
] as const;

for (const [ref, description] of groupLists) {
  ref.implement({
    description,
    fields: (t) => ({
      participantGroups: t.field({
        type: [ParticipantGroupRef],
        extensions: { rows: usualCounts.named },
        description:
          'The groups, in the order in which they were given; of a completed study they may be deleted.',
        resolve: ({ groupKeys }) => [...groupKeys],
      }),
      joinedWithinDays: t.exposeInt('joinedWithinDays', {
        nullable: true,
        description: 'Only members count who joined at most so many days of 24 hours ago; null for any.',
      }),
      joinedBeforeDays: t.exposeInt('joinedBeforeDays', {
        nullable: true,
        description: 'Only members count who joined at least so many days of 24 hours ago; null for any.',
      }),
    }),
  });
}

const customLists = [
  [CustomAllowlist, 'CustomAllowlist', 'Passes whose ID is listed.'],
  [CustomBlocklist, 'CustomBlocklist', 'Passes whose ID is not listed.'],
] as const;

for (const [ref, name, description] of customLists) {
  ref.implement({
    description,
    fields: (t) => ({
      participantIdCount: t.exposeInt('participantIdCount', { description: 'How many IDs are listed.' }),
      participantIds: t.connection(
        {
          type: 'String',
          description: 'The participant IDs, in the order of their characters.',
          resolve: (list, args, context) => listCustomIds(`${name}.participantIds`, list, args, context),
        },
        StringConnection,
      ),
    }),
  });
}

const studyLists = [
  [PreviousStudiesAllowlist, 'Passes who has such a submission to one of the studies.'],
  [PreviousStudiesBlocklist, 'Passes who has no such submission to any of the studies.'],
] as const;

for (const [ref, description] of studyLists) {
  ref.implement({
    description,
    fields: (t) => ({
      studies: t.field({
        type: [StudyRef],
        extensions: { rows: usualCounts.named },
        description: 'The studies, in the order in which they were given.',
        resolve: ({ studyKeys }) => [...studyKeys],
      }),
      statuses: t.field({
        type: [SubmissionStatusEnum],
        description: 'The statuses of submissions that count.',
        resolve: ({ statuses }) => [...statuses],
      }),
    }),
  });
}

const branches = [
  [AllFilters, 'Passes who passes all of the filters.'],
  [AnyFilter, 'Passes who passes at least one of the filters.'],
] as const;

for (const [ref, description] of branches) {
  ref.implement({
    description,
    fields: (t) => ({
      filters: t.field({
        type: [StudyFilterRef],
        extensions: { rows: usualCounts.below },
        description: 'The filters below it, in the order in which they were given.',
        resolve: ({ filters }) => [...filters],
      }),
    }),
  });
}
