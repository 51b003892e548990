import { builder } from '../graphql/builder.ts';
import type { PageArguments } from '../graphql/page-arguments.ts';

const DeletedFilter = builder.enumType('DeletedFilter', {
  description: 'Whether deleted groups are listed.',
  values: {
    EXCLUDE: { description: 'Live groups.' },
    INCLUDE: { description: 'Live and deleted groups.' },
    ONLY: { description: 'Deleted groups.' },
  },
});

const Filter = builder.inputType('ParticipantGroupFilter', {
  description: 'Which groups to list; all conditions hold together.',
  fields: (t) => ({
    search: t.string({ description: 'Part of the name, regardless of case.' }),
    deleted: t.field({
      type: DeletedFilter,
      defaultValue: 'EXCLUDE',
      description: 'Whether deleted groups are listed.',
    }),
    hasParticipant: t.string({
      description: 'Only groups that the participant with this participant ID is in.',
    }),
  }),
});

const OrderField = builder.enumType('ParticipantGroupOrderField', {
  description: 'What groups are sorted by. By the last three, groups may move between pages while you read.',
  values: {
    NAME: { description: 'The name, regardless of case.' },
    CREATED_AT: { description: 'When it was made.' },
    UPDATED_AT: { description: 'When its own fields were edited last.' },
    LAST_CHANGE_AT: { description: 'When its members changed last; never counts as earliest.' },
    PARTICIPANT_COUNT: { description: 'How many members it has.' },
  },
});

const OrderDirection = builder.enumType('OrderDirection', {
  description: 'Which way a list runs.',
  values: {
    ASC: { description: 'Smallest or earliest first.' },
    DESC: { description: 'Largest or latest first.' },
  },
});

const OrderInput = builder.inputType('ParticipantGroupOrder', {
  description: 'How to sort groups.',
  fields: (t) => ({
    field: t.field({ type: OrderField, required: true, description: 'What to sort by.' }),
    direction: t.field({
      type: OrderDirection,
      required: true,
      defaultValue: 'ASC',
      description: 'Which way.',
    }),
  }),
});

/** What a list of groups is asked by. */
export interface ListArguments extends PageArguments {
  readonly filter?: typeof Filter.$inferInput | null | undefined;
  readonly orderBy?: typeof OrderInput.$inferInput | null | undefined;
}

/** The arguments of a list of groups besides those of its pages. */
export const listArguments = {
  filter: { type: Filter, description: 'Which groups; by default the live ones.' },
  orderBy: {
    type: OrderInput,
    description: 'How to sort them; by default in the order in which they were made.',
  },
} as const;
