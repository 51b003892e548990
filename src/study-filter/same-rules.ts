import type { GivenNode } from './rules.ts';

/**
 * Whether two lists of filters say the same. The order of filters counts, for reasons name their places in it; the order
 * of groups, studies, statuses and participant IDs inside one does not.
 */
export function saysTheSame(one: readonly GivenNode[], other: readonly GivenNode[]): boolean {
  return JSON.stringify(one.map(plain)) === JSON.stringify(other.map(plain));
}

function plain(node: GivenNode): readonly unknown[] {
  if ('filters' in node) return [node.kind, node.filters.map(plain)];
  if ('participantIds' in node) return [node.kind, node.participantIds.map((id) => id.trim()).sort()];
  if ('studyIds' in node) return [node.kind, [...node.studyIds].sort(), [...node.statuses].sort()];
  return [node.kind, [...node.groupIds].sort(), node.joinedWithinDays, node.joinedBeforeDays];
}
