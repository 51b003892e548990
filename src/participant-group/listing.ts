import type { ParticipantIdFormat } from '../database/prisma/client.ts';
import { builder } from '../graphql/builder.ts';
import { type Connection, connect, type MaybePromise, settled } from '../graphql/connection.ts';
import type { Context } from '../graphql/context.ts';
import { batched } from '../graphql/loader.ts';
import { pageAhead, pageOf, type ReadAhead } from '../graphql/page-ahead.ts';
import { invalidArgument } from '../graphql/read-errors.ts';
import { longestName } from '../input.ts';
import { participantIdArgument } from '../participant/arguments.ts';
import { ProjectRef } from '../project/ref.ts';
import { WorkspaceRef } from '../workspace/ref.ts';
import { type ListArguments, listArguments } from './arguments.ts';
import {
  allGroups,
  countGroups,
  type GroupListing,
  type GroupParent,
  type GroupRow,
  groupOrder,
  groupTable,
  loadGroupPages,
  selectGroups,
} from './loaders.ts';
import { ParticipantGroupConnection, ParticipantGroupRef } from './ref.ts';

interface Parent {
  readonly of: GroupParent;
  readonly key: number;
  readonly ahead: ReadAhead<GroupRow>;
  /** How the workspace's participant IDs look; asked for by a filter for one of them. */
  readonly idFormat: () => MaybePromise<ParticipantIdFormat>;
}

const pages = batched(loadGroupPages);
const counts = batched(countGroups);

function listGroups(
  parent: Parent,
  args: ListArguments,
  context: Context,
): MaybePromise<Connection<GroupRow>> {
  const { search, hasParticipant } = args.filter ?? {};
  if (search != null && !isSearch(search)) {
    throw invalidArgument('filter.search', `Expected well-formed text of at most ${longestName} characters.`);
  }
  if (hasParticipant == null) return connectGroups(parent, args, null, context);
  const connectWith = (format: ParticipantIdFormat) => {
    const participantId = participantIdArgument('filter.hasParticipant', hasParticipant, format);
    return connectGroups(parent, args, participantId, context);
  };
  return settled(parent.idFormat(), connectWith);
}

function connectGroups(
  { of, key, ahead }: Parent,
  args: ListArguments,
  hasParticipant: string | null,
  context: Context,
): MaybePromise<Connection<GroupRow>> {
  const { filter, ...sorting } = listingOf(of, args, hasParticipant);
  const order = groupOrder(sorting.field, sorting.direction);
  return connect<GroupRow>(args, {
    field: of === 'workspace' ? 'Workspace.participantGroups' : 'Project.participantGroups',
    parent: key,
    order,
    positionOf: order.positionOf,
    load: (range) =>
      ahead.page ?? pages(context, { filter, ...sorting, range, reading: ahead.reading() }).load(key),
    totalCount: () => ahead.totalCount ?? counts(context, { of, filter }).load(key),
  });
}

function listingOf(of: GroupParent, args: ListArguments, hasParticipant: string | null): GroupListing {
  const { search = null, deleted } = args.filter ?? {};
  const { field, direction } = orderOf(args);
  const filter = {
    search: search?.trim() === '' ? null : search,
    deleted: deleted ?? 'EXCLUDE',
    hasParticipant,
  };
  return { of, filter, field, direction };
}

const orderOf = ({ orderBy }: ListArguments) =>
  groupOrder(orderBy?.field ?? 'CREATED_AT', orderBy?.direction ?? 'ASC');

function isSearch(search: string): boolean {
  return search.length <= longestName * 2 && search.isWellFormed() && !search.includes('\0');
}

/** Read along with the workspace or project; not by a participant, whose ID is checked by what the workspace says. */
const listAhead = (of: GroupParent) =>
  pageAhead({
    table: groupTable,
    parent: `${of}.key`,
    reads: of === 'workspace' ? ['participantIdFormat'] : [],
    order(args: ListArguments) {
      const { search, hasParticipant } = args.filter ?? {};
      return hasParticipant != null || (search != null && !isSearch(search)) ? null : orderOf(args);
    },
    select: (shape, range, args) => selectGroups(shape, range, listingOf(of, args, null)),
    all: (args) => allGroups(listingOf(of, args, null)),
  });

builder.objectField(WorkspaceRef, 'participantGroups', (t) =>
  t.connection(
    {
      type: ParticipantGroupRef,
      description: "Its groups, the projects' included.",
      args: { filter: t.arg(listArguments.filter), orderBy: t.arg(listArguments.orderBy) },
      extensions: listAhead('workspace'),
      resolve: (workspace, args, context, info) => {
        const ahead = pageOf(workspace, info, groupTable, orderOf(args));
        const idFormat = () => workspace.participantIdFormat;
        return listGroups({ of: 'workspace', key: workspace.key, ahead, idFormat }, args, context);
      },
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
      extensions: listAhead('project'),
      resolve: (project, args, context, info) => {
        const ahead = pageOf(project, info, groupTable, orderOf(args));
        const idFormat = async () =>
          (await WorkspaceRef.getDataloader(context).load(project.workspaceKey)).participantIdFormat;
        return listGroups({ of: 'project', key: project.key, ahead, idFormat }, args, context);
      },
    },
    ParticipantGroupConnection,
  ),
);
