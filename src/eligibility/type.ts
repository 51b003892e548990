import { builder } from '../graphql/builder.ts';
import { ParticipantRef } from '../participant/ref.ts';
import { ParticipantGroupRef } from '../participant-group/ref.ts';
import { StudyRef } from '../study/ref.ts';
import { EligibilityRef } from './ref.ts';
import type { Reason } from './rules.ts';

/** How many groups and reasons a verdict is taken to have where the cost of a query is counted; most have one. */
const usualGroups = 5;
const usualReasons = 2;

const IneligibilityRuleEnum = builder.enumType('IneligibilityRule', {
  description: 'What a participant fails by.',
  values: {
    PARTICIPANT_GROUP_ALLOWLIST: { description: 'They are in none of the groups.' },
    PARTICIPANT_GROUP_BLOCKLIST: { description: 'They are in one of the groups.' },
    CUSTOM_ALLOWLIST: { description: 'Their ID is not listed.' },
    CUSTOM_BLOCKLIST: { description: 'Their ID is listed.' },
    PREVIOUS_STUDIES_ALLOWLIST: { description: 'They have no such submission to any of the studies.' },
    PREVIOUS_STUDIES_BLOCKLIST: { description: 'They have such a submission to one of the studies.' },
    UNIVERSAL_BLOCKLIST: { description: 'They are in a group that blocks for every study of the workspace.' },
    ANY_FILTER: { description: 'They pass none of several filters of which one is needed.' },
    ERASED: { description: 'They were erased.' },
  } satisfies Record<Reason['rule'], { description: string }>,
});

const IneligibilityReason = builder.objectRef<Reason>('IneligibilityReason');
IneligibilityReason.implement({
  description: 'One filter that keeps a participant out.',
  fields: (t) => ({
    rule: t.field({
      type: IneligibilityRuleEnum,
      description: 'What kind of filter it is, for programs.',
      resolve: ({ rule }) => rule,
    }),
    path: t.intList({
      description:
        'Where it is: positions, from 0, from the top of `filters` down; empty for what no filter says.',
      resolve: ({ path }) => [...path],
    }),
    participantGroups: t.field({
      type: [ParticipantGroupRef],
      extensions: { rows: usualGroups },
      description:
        'The groups concerned: those of which one is needed, or the ones that block. Deleted ones too.',
      resolve: ({ groupKeys }) => [...groupKeys],
    }),
    message: t.exposeString('message', { description: 'A sentence for people.' }),
    reasons: t.field({
      type: [IneligibilityReason],
      extensions: { rows: usualReasons },
      description: 'What each of them fails by, for ANY_FILTER; empty for all others.',
      resolve: ({ reasons }) => [...reasons],
    }),
  }),
});

EligibilityRef.implement({
  description:
    'Whether the filters of a study and the universal blocklists let a participant in, as of this very moment.',
  fields: (t) => ({
    participantId: t.exposeString('participantId', { description: 'The ID on the recruiting platform.' }),
    participant: t.field({
      type: ParticipantRef,
      nullable: true,
      description: 'The participant; null where the workspace has never seen the ID.',
      resolve: ({ participantKey }) => participantKey,
    }),
    study: t.field({
      type: StudyRef,
      description: 'The study.',
      resolve: ({ study }) => study,
    }),
    isEligible: t.exposeBoolean('isEligible', {
      description:
        'Whether they may take part, as far as filters say: its status, its places and what they did in it are not looked at.',
    }),
    matchedParticipantGroups: t.field({
      type: [ParticipantGroupRef],
      extensions: { rows: usualGroups },
      description: 'The groups of allowlists that they are in, as far as each list’s window counts them.',
      resolve: ({ explain }) => [...explain().matchedGroupKeys],
    }),
    reasons: t.field({
      type: [IneligibilityReason],
      extensions: { rows: usualReasons },
      description: 'Everything that keeps them out; empty when they are eligible.',
      resolve: ({ explain }) => [...explain().reasons],
    }),
  }),
});
