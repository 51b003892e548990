import { encodeGlobalId } from '../global-id.ts';
import type { GivenNode } from './rules.ts';

/** Longest description of a tree, in characters. */
const longest = 4_000;

/** The names that inputs give the kinds of filters. */
const names: Readonly<Record<GivenNode['kind'], string>> = {
  PARTICIPANT_GROUP_ALLOWLIST: 'participantGroupAllowlist',
  PARTICIPANT_GROUP_BLOCKLIST: 'participantGroupBlocklist',
  CUSTOM_ALLOWLIST: 'customAllowlist',
  CUSTOM_BLOCKLIST: 'customBlocklist',
  PREVIOUS_STUDIES_ALLOWLIST: 'previousStudiesAllowlist',
  PREVIOUS_STUDIES_BLOCKLIST: 'previousStudiesBlocklist',
  ALL: 'all',
  ANY: 'any',
};

/**
 * What filters say, for people who read the audit log: JSON as an input has it, with global ids. Beyond 4,000 characters
 * it is cut, between two items and never inside one, and says how long it was.
 */
export function describeFilters(given: readonly GivenNode[]): string {
  const text = JSON.stringify(given.map(inputOf));
  if (text.length <= longest) return text;
  // No ID and no name holds a comma, so this is between two of them: a cut ID would outlive the erasure of its person.
  const kept = text.slice(0, text.lastIndexOf(',', longest));
  return `${kept}, … (${text.length.toLocaleString('en')} characters in all)`;
}

function inputOf(node: GivenNode): object {
  return { [names[node.kind]]: contentOf(node) };
}

function contentOf(node: GivenNode): object {
  if ('filters' in node) return node.filters.map(inputOf);
  if ('participantIds' in node) return { participantIds: node.participantIds.map((id) => id.trim()) };
  if ('studyIds' in node) {
    return { studyIds: node.studyIds.map((id) => encodeGlobalId('Study', id)), statuses: node.statuses };
  }
  const { groupIds, joinedWithinDays, joinedBeforeDays } = node;
  return {
    participantGroupIds: groupIds.map((id) => encodeGlobalId('ParticipantGroup', id)),
    ...(joinedWithinDays === null ? {} : { joinedWithinDays }),
    ...(joinedBeforeDays === null ? {} : { joinedBeforeDays }),
  };
}
