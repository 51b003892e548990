import { brandWithType } from '@pothos/core';
import type { ReadScope } from '../database/reader.ts';
import type { RowKey } from '../database/rows.ts';
import { decodeGlobalId, encodeGlobalId } from '../global-id.ts';
import { builder } from './builder.ts';
import type { Context } from './context.ts';
import { batched, forgetReads } from './loader.ts';
import { reads } from './look-ahead.ts';
import { invalidArgument } from './read-errors.ts';

const mostNodes = 100;

type NodeLoader = (context: Context, key: string) => Promise<object | null>;
const loaders = new Map<string, NodeLoader>();

/**
 * The ref of a node type, with its loader: other domains answer with a row, or with a key that is loaded with all
 * others of its level. Rows that the viewer may not see are null, as rows that never were.
 */
export function nodeRef<Row extends { readonly id: string }>(
  name: string,
  load: (scope: ReadScope, keys: readonly RowKey[]) => Promise<readonly (Row | null)[]>,
) {
  type Found = Exclude<Row, Error>;
  const ref = builder.loadableObjectRef(name, {
    load: (keys: RowKey[], context: Context) => load(context.scope, keys) as Promise<(Row | Error)[]>,
  });
  // With the request's other loaders, which end with it. Pothos' own would be kept in a weak map by their context.
  const loader = batched<RowKey, Found>((scope, keys) => load(scope, keys) as Promise<Found[]>);
  ref.getDataloader = Object.assign((context: object) => loader(context as Context, null), {
    delete: (context: object) => forgetReads(context as Context),
  });
  ref.addInterfaces([builder.nodeInterfaceRef()]);
  // Not Pothos' own field for it, which answers with a promise: a page would wait for each of its rows.
  builder.objectField(ref, 'id', (t) =>
    t.id({
      description: 'Global id.',
      extensions: reads('id'),
      // What is kept in memory has it already.
      resolve: ({ id, globalId }: Row & { readonly globalId?: string }) =>
        globalId ?? encodeGlobalId(name, id),
    }),
  );
  loaders.set(name, (context, key) => ref.getDataloader(context).load(key));
  return ref;
}

/**
 * A node of a type by its key, batched with all others of its level and branded for `Node`; null where the viewer may
 * not see it, and for a type without a loader.
 */
export async function loadNodeOf(context: Context, type: string, key: string): Promise<object | null> {
  const row = (await loaders.get(type)?.(context, key)) ?? null;
  if (row !== null) brandWithType(row, type as never);
  return row;
}

function loadNode(context: Context, argument: string, id: string, index?: number): Promise<object | null> {
  const decoded = decodeGlobalId(id);
  if (
    decoded === null ||
    !loaders.has(decoded.type) ||
    decoded.key.includes('.') !== (decoded.type === 'MembershipChange')
  ) {
    const indices = index === undefined ? undefined : [index];
    return Promise.reject(invalidArgument(argument, 'This is not a global id.', indices));
  }
  return loadNodeOf(context, decoded.type, decoded.key);
}

builder.queryFields((t) => ({
  node: t.field({
    type: builder.nodeInterfaceRef(),
    nullable: true,
    description: 'Anything that has a global id; null for an id of nothing.',
    args: { id: t.arg.id({ required: true, description: 'The global id.' }) },
    resolve: (_root, { id }, context) => loadNode(context, 'id', id),
  }),
  nodes: t.field({
    type: [builder.nodeInterfaceRef()],
    nullable: { list: false, items: true },
    description: 'Many things by their global ids, in the same order; null at the index of an id of nothing.',
    args: { ids: t.arg.idList({ required: true, description: `Global ids; at most ${mostNodes}.` }) },
    resolve: (_root, { ids }, context) => {
      if (ids.length > mostNodes)
        throw invalidArgument('ids', `At most ${mostNodes} are allowed; this has ${ids.length}.`);
      return ids.map((id, index) => loadNode(context, 'ids', id, index));
    },
  }),
}));
