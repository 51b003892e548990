import { builder } from '../graphql/builder.ts';
import { batched } from '../graphql/loader.ts';
import { loadTrees } from './loaders.ts';
import type { BranchNode, CustomListNode, GroupListNode, StoredNode, StudyListNode } from './rules.ts';

export const ParticipantGroupAllowlist = builder.objectRef<GroupListNode>('ParticipantGroupAllowlist');
export const ParticipantGroupBlocklist = builder.objectRef<GroupListNode>('ParticipantGroupBlocklist');
export const CustomAllowlist = builder.objectRef<CustomListNode>('CustomAllowlist');
export const CustomBlocklist = builder.objectRef<CustomListNode>('CustomBlocklist');
export const PreviousStudiesAllowlist = builder.objectRef<StudyListNode>('PreviousStudiesAllowlist');
export const PreviousStudiesBlocklist = builder.objectRef<StudyListNode>('PreviousStudiesBlocklist');
export const AllFilters = builder.objectRef<BranchNode>('AllFilters');
export const AnyFilter = builder.objectRef<BranchNode>('AnyFilter');

const types = {
  PARTICIPANT_GROUP_ALLOWLIST: ParticipantGroupAllowlist,
  PARTICIPANT_GROUP_BLOCKLIST: ParticipantGroupBlocklist,
  CUSTOM_ALLOWLIST: CustomAllowlist,
  CUSTOM_BLOCKLIST: CustomBlocklist,
  PREVIOUS_STUDIES_ALLOWLIST: PreviousStudiesAllowlist,
  PREVIOUS_STUDIES_BLOCKLIST: PreviousStudiesBlocklist,
  ALL: AllFilters,
  ANY: AnyFilter,
} as const;

export const StudyFilterRef = builder.unionType('StudyFilter', {
  description: 'One filter of a study or a filter set.',
  types: Object.values(types),
  resolveType: ({ kind }: StoredNode) => types[kind],
});

/** Trees of filters by key, all of a level in one statement. */
export const filtersOf = batched(loadTrees);
