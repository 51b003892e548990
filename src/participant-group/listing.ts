import { builder } from '../graphql/builder.ts';
import { type Connection, connect, type PageArguments } from '../graphql/connection.ts';
import type { Context } from '../graphql/context.ts';
import { batched } from '../graphql/loader.ts';
import { invalidArgument } from '../graphql/read-errors.ts';
import { longestName } from '../input.ts';
import { participantIdArgument } from '../participant/arguments.ts';
import { ProjectRef } from '../project/ref.ts';
import type { WorkspaceRow } from '../workspace/loaders.ts';
import { WorkspaceRef } from '../workspace/ref.ts';
import {
  countGroups,
  type GroupFilter,
  type GroupParent,
  type GroupRow,
  groupOrder,
  loadGroupPages,
} from './loaders.ts';
import { ParticipantGroupConnection, ParticipantGroupRef } from './ref.ts';

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

interface ListArguments extends PageArguments {
  readonly filter?: typeof Filter.$inferInput | null | undefined;
  readonly orderBy?: typeof OrderInput.$inferInput | null | undefined;
}

interface Parent {
  readonly of: GroupParent;
  readonly field: string;
  readonly key: number;
  readonly workspace: WorkspaceRow;
}

const pages = batched(loadGroupPages);
const counts = batched(countGroups);

function listGroups(parent: Parent, args: ListArguments, context: Context): Promise<Connection<GroupRow>> {
  const { of, key } = parent;
  const filter = checkFilter(args.filter, parent.workspace);
  const { field = 'CREATED_AT', direction = 'ASC' } = args.orderBy ?? {};
  const order = groupOrder(field, direction);
  return connect<GroupRow>(args, {
    field: parent.field,
    parent: key,
    order,
    positionOf: order.positionOf,
    load: (range) => pages(context, { of, filter, field, direction, range }).load(key),
    totalCount: () => counts(context, { of, filter }).load(key),
  });
}

function checkFilter(filter: ListArguments['filter'], workspace: WorkspaceRow): GroupFilter {
  const { search = null, deleted, hasParticipant } = filter ?? {};
  if (
    search !== null &&
    (search.length > longestName * 2 || !search.isWellFormed() || search.includes('\0'))
  ) {
    throw invalidArgument('filter.search', `Expected well-formed text of at most ${longestName} characters.`);
  }
  return {
    search: search?.trim() === '' ? null : search,
    deleted: deleted ?? 'EXCLUDE',
    hasParticipant:
      hasParticipant == null
        ? null
        : participantIdArgument('filter.hasParticipant', hasParticipant, workspace.participantIdFormat),
  };
}

const listArguments = {
  filter: { type: Filter, description: 'Which groups; by default the live ones.' },
  orderBy: {
    type: OrderInput,
    description: 'How to sort them; by default in the order in which they were made.',
  },
} as const;

builder.objectField(WorkspaceRef, 'participantGroups', (t) =>
  t.connection(
    {
      type: ParticipantGroupRef,
      description: "Its groups, the projects' included.",
      args: { filter: t.arg(listArguments.filter), orderBy: t.arg(listArguments.orderBy) },
      resolve: (workspace, args, context) =>
        listGroups(
          { of: 'workspace', field: 'Workspace.participantGroups', key: workspace.key, workspace },
          args,
          context,
        ),
    },
    ParticipantGroupConnection,
  ),
);

builder.objectField(ProjectRef, 'participantGroups', (t) =>
  t.connection(
    {
      type: ParticipantGroupRef,
      description: "The project's own groups.",
      args: { filter: t.arg(listArguments.filter), orderBy: t.arg(listArguments.orderBy) },
      resolve: async ({ key, workspaceKey }, args, context) => {
        const workspace = await WorkspaceRef.getDataloader(context).load(workspaceKey);
        return listGroups(
          { of: 'project', field: 'Project.participantGroups', key, workspace },
          args,
          context,
        );
      },
    },
    ParticipantGroupConnection,
  ),
);
