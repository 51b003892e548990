import type { SubmissionStatus } from '../database/prisma/client.ts';
import type { GroupListKind, StudyListKind } from '../study-filter/rules.ts';

/** What somebody can fail by. */
export type IneligibilityRule =
  | GroupListKind
  | StudyListKind
  | 'CUSTOM_ALLOWLIST'
  | 'CUSTOM_BLOCKLIST'
  | 'UNIVERSAL_BLOCKLIST'
  | 'ANY_FILTER'
  | 'ERASED';

/** What a sentence is made of. */
type Failure =
  | {
      readonly kind: GroupListKind;
      readonly groupKeys: readonly number[];
      readonly joinedWithinDays: number | null;
      readonly joinedBeforeDays: number | null;
    }
  | {
      readonly kind: StudyListKind;
      readonly studyKeys: readonly number[];
      readonly statuses: readonly SubmissionStatus[];
    }
  | { readonly kind: IneligibilityRule };

const sentences: Record<IneligibilityRule, string> = {
  PARTICIPANT_GROUP_ALLOWLIST: 'The participant is in none of the allowed groups',
  PARTICIPANT_GROUP_BLOCKLIST: 'The participant is in a blocked group',
  CUSTOM_ALLOWLIST: "The participant's ID is not on the list of allowed IDs.",
  CUSTOM_BLOCKLIST: "The participant's ID is on the list of blocked IDs.",
  PREVIOUS_STUDIES_ALLOWLIST: 'The participant has no submission to the previous studies that counts',
  PREVIOUS_STUDIES_BLOCKLIST: 'The participant has a submission to a previous study that is blocked',
  UNIVERSAL_BLOCKLIST: 'The participant is on a universal blocklist of the workspace.',
  ANY_FILTER: 'The participant passes none of these filters, and at least one is needed.',
  ERASED: 'The participant was erased.',
};

/** A sentence that a researcher can read: what the participant failed by. */
export function describeFailure(failure: Failure): string {
  const sentence = sentences[failure.kind];
  if ('groupKeys' in failure) return `${sentence}${windowOf(failure)}.`;
  return 'statuses' in failure ? `${sentence}${statusesOf(failure.statuses)}.` : sentence;
}

function windowOf(node: { joinedWithinDays: number | null; joinedBeforeDays: number | null }): string {
  const { joinedWithinDays: within, joinedBeforeDays: before } = node;
  if (within !== null && before !== null) return `, having joined ${before} to ${days(within)} ago`;
  if (within !== null) return `, having joined within the last ${days(within)}`;
  return before === null ? '' : `, having joined at least ${days(before)} ago`;
}

function days(count: number): string {
  return count === 1 ? '1 day' : `${count} days`;
}

function statusesOf(statuses: readonly SubmissionStatus[]): string {
  return ` (${statuses.map((status) => status.toLowerCase().replaceAll('_', ' ')).join(', ')})`;
}
