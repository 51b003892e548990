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
 * What filters say, as JSON in the shape of the input and with global ids. Of custom lists it tells only how long they
 * are: participant IDs are kept in one place, for who is erased has to leave it.
 */
export function textOfFilters(given: readonly GivenNode[]): string {
  return JSON.stringify(given.map(inputOf));
}

/** The same for people who read the audit log: beyond 4,000 characters it is cut, and says how long it was. */
export function describeFilters(given: readonly GivenNode[]): string {
  return shortened(textOfFilters(given));
}

/** A text of filters, cut between two items where it is too long for the audit log. */
export function shortened(text: string): string {
  if (text.length <= longest) return text;
  const kept = text.slice(0, text.lastIndexOf(',', longest));
  return `${kept}, … (${text.length.toLocaleString('en')} characters in all)`;
}

function inputOf(node: GivenNode): object {
  return { [names[node.kind]]: contentOf(node) };
}

function contentOf(node: GivenNode): object {
  if ('filters' in node) return node.filters.map(inputOf);
  if ('participantIds' in node) return { participantIdCount: node.participantIds.length };
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
