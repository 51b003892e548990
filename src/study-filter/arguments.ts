import type { SubmissionStatus } from '../database/prisma/client.ts';
import { builder } from '../graphql/builder.ts';
import type { StudyFilterInputShape } from './input-rules.ts';
import { mostCustomIds, mostGroups, mostStudies } from './rules.ts';

export const SubmissionStatusEnum = builder.enumType('SubmissionStatus', {
  description: "Where a participant's go at a study stands.",
  values: {
    ACTIVE: { description: 'Under way.' },
    AWAITING_REVIEW: { description: 'Handed in, and not yet reviewed.' },
    APPROVED: { description: 'Approved.' },
    REJECTED: { description: 'Rejected.' },
    RETURNED: { description: 'Given back by the participant, or for them.' },
    TIMED_OUT: { description: 'The time ran out.' },
  } satisfies Record<SubmissionStatus, { description: string }>,
});

const ParticipantGroupListInput = builder.inputType('ParticipantGroupListInput', {
  description: 'Groups, and which of their members count. A day is 24 hours.',
  fields: (t) => ({
    participantGroupIds: t.idList({
      required: true,
      description: `Ids of live ParticipantGroups of the workspace; 1–${mostGroups}.`,
    }),
    joinedWithinDays: t.int({
      description: 'Only members who joined at most so many days ago. Leaving and joining again starts anew.',
    }),
    joinedBeforeDays: t.int({ description: 'Only members who joined at least so many days ago.' }),
  }),
});

const CustomListInput = builder.inputType('CustomListInput', {
  description: 'Participant IDs, also ones that the workspace has never seen.',
  fields: (t) => ({
    participantIds: t.stringList({
      required: true,
      description: `At least one; at most ${mostCustomIds.toLocaleString('en')} in all custom lists of a tree.`,
    }),
  }),
});

const PreviousStudiesInput = builder.inputType('PreviousStudiesInput', {
  description: 'Studies, and which submissions to them count.',
  fields: (t) => ({
    studyIds: t.idList({ required: true, description: `Ids of Studies of the workspace; 1–${mostStudies}.` }),
    statuses: t.field({
      type: [SubmissionStatusEnum],
      description: 'The statuses that count: without, APPROVED in an allowlist, and any in a blocklist.',
    }),
  }),
});

/** One filter of a study or a filter set. */
export const StudyFilterInput = builder.inputRef<StudyFilterInputShape>('StudyFilterInput').implement({
  description: 'One filter: exactly one of its members.',
  isOneOf: true,
  fields: (t) => ({
    participantGroupAllowlist: t.field({
      type: ParticipantGroupListInput,
      description: 'Passes who is in at least one of the groups.',
    }),
    participantGroupBlocklist: t.field({
      type: ParticipantGroupListInput,
      description: 'Passes who is in none of the groups.',
    }),
    customAllowlist: t.field({ type: CustomListInput, description: 'Passes whose ID is listed.' }),
    customBlocklist: t.field({ type: CustomListInput, description: 'Passes whose ID is not listed.' }),
    previousStudiesAllowlist: t.field({
      type: PreviousStudiesInput,
      description: 'Passes who has such a submission to one of the studies.',
    }),
    previousStudiesBlocklist: t.field({
      type: PreviousStudiesInput,
      description: 'Passes who has no such submission to any of the studies.',
    }),
    all: t.field({ type: [StudyFilterInput], description: 'Passes who passes all of these.' }),
    any: t.field({ type: [StudyFilterInput], description: 'Passes who passes at least one of these.' }),
  }),
});
