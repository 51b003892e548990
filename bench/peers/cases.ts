import { randomBytes } from 'node:crypto';
import { encodeGlobalId } from '../../src/global-id.ts';
import { cursorWriter } from '../../src/graphql/cursor.ts';
import { memberOrder } from '../../src/membership/member-loaders.ts';
import { gateway, postgraphile } from './documents.ts';
import type { Known } from './known.ts';
import { editGroups, type Size } from './load.ts';
import type { Variant } from './servers.ts';

/** The body of the n-th request. */
export type Body = (n: number) => string;

export interface Case {
  readonly name: string;
  readonly connections: number;
  /** The most requests of one slice. */
  readonly requests: number;
  /** Whether all that answer must say the same; edits say how many joined. */
  readonly bodies: Readonly<Partial<Record<Variant, Body>>>;
}

const connections = 10;
/** How deep in the group of everybody a page is. */
const depthIn = ({ everyone }: Size) => everyone * 0.9;
const many = 10_000;

const inTurn = <Item>(items: readonly Item[], write: (item: Item) => unknown): Body => {
  const bodies = items.map((item) => JSON.stringify(write(item)));
  return (n) => bodies[n % bodies.length] ?? '';
};
const fresh = (count: number) => Array.from({ length: count }, () => randomBytes(12).toString('hex'));

/** What the gateway is asked; where members are told, it is asked of one as well that doesn't keep who they are. */
const oursOf = (body: Body, tellsMembers: boolean): Case['bodies'] =>
  tellsMembers ? { gateway: body, forgetful: body } : { gateway: body };

interface Read {
  readonly name: string;
  readonly ask: Exclude<keyof typeof gateway, 'add'>;
  readonly type: 'Workspace' | 'ParticipantGroup' | 'Study';
  readonly items: readonly (Readonly<Record<string, unknown>> & { readonly id: string })[];
}

/** A read: the same variables for everyone, but that each has ids of its own kind. */
function read({ name, ask, type, items }: Read): Case {
  const floor = inTurn(items, (item) => ({ ask, values: Object.values(item) }));
  const ours = inTurn(items, ({ id, ...rest }) => ({
    query: gateway[ask],
    variables: { id: encodeGlobalId(type, id), ...rest },
  }));
  const apollo = inTurn(items, (variables) => ({ query: gateway[ask], variables }));
  const bodies = { ...oursOf(ours, ask === 'nested'), floor, ...(ask === 'eligible' ? {} : { apollo }) };
  const theirs =
    ask in postgraphile && inTurn(items, (variables) => ({ query: postgraphile[ask as 'list'], variables }));
  return {
    name,
    connections,
    requests: Infinity,
    bodies: theirs ? { ...bodies, postgraphile: theirs } : bodies,
  };
}

/** A page of the group of everybody, from the start or from so deep in it. */
function pages({ everyone }: Known, at: { name: string; depth: number; theirCursor: string | null }): Case {
  const { id, key, firstParticipant } = everyone;
  const position = [Math.ceil(at.depth / many), firstParticipant + at.depth - 1];
  const home = {
    field: 'ParticipantGroup.participants',
    parent: key,
    order: memberOrder.name,
    columns: memberOrder.columns,
  };
  const starts = at.depth === 0;
  const own = Buffer.from(position.join(' ')).toString('base64url');
  const cursors = { gateway: cursorWriter(home)(position), apollo: own, postgraphile: at.theirCursor };
  const ask = (query: string, of: keyof typeof cursors, name = id) =>
    inTurn([name], () => ({ query, variables: { id: name, ...(starts ? {} : { after: cursors[of] }) } }));
  return {
    name: at.name,
    connections,
    requests: Infinity,
    bodies: {
      ...oursOf(ask(gateway.page, 'gateway', encodeGlobalId('ParticipantGroup', id)), true),
      postgraphile: ask(postgraphile.page, 'postgraphile'),
      apollo: ask(gateway.page, 'apollo'),
      floor: inTurn([id], () => ({ ask: 'page', values: [id, ...(starts ? [0, 0] : position)] })),
    },
  };
}

/** Adds `count` to one group after the other, each side to groups of its own. */
function adds(
  known: Known,
  options: Pick<Case, 'name' | 'connections' | 'requests'> & { count: number; way: string; from: number },
): Case {
  const { count, way, from, ...rest } = options;
  const seen = count > 1 ? known.seen : [];
  const edit = (half: number, n: number) => ({
    groupId: known.edited[from + half + (n % (editGroups / 4))] ?? '',
    participantIds: [...seen, ...fresh(count - seen.length)],
  });
  return {
    ...rest,
    bodies: {
      gateway: (n) => {
        const { groupId, participantIds } = edit(0, n);
        const participantGroupId = encodeGlobalId('ParticipantGroup', groupId);
        return JSON.stringify({
          query: gateway.add,
          variables: { input: { participantGroupId, participantIds } },
        });
      },
      floor: (n) =>
        JSON.stringify({ ask: way, values: [{ ...edit(editGroups / 4, n), userId: known.userId }] }),
    },
  };
}

/** Everything that is asked; `cursorAt` says where PostGraphile's pages at a depth begin. */
export function makeCases(known: Known, size: Size, theirCursor: string): Case[] {
  const depth = depthIn(size);
  const { workspaces, groups, people, studyId } = known;
  const each = workspaces.map((id) => ({ id }));
  return [
    read({ name: 'nested', ask: 'nested', type: 'Workspace', items: each }),
    read({ name: 'one group', ask: 'group', type: 'ParticipantGroup', items: groups.map((id) => ({ id })) }),
    pages(known, { name: 'page of 100', depth: 0, theirCursor: null }),
    pages(known, { name: `page of 100 at ${depth.toLocaleString('en')}`, depth, theirCursor }),
    read({ name: 'group list with total', ask: 'list', type: 'Workspace', items: each }),
    read({
      name: 'the same by part of the name',
      ask: 'search',
      type: 'Workspace',
      items: each.map((item) => ({ ...item, search: 'group 7 of' })),
    }),
    read({ name: "one participant's groups", ask: 'joined', type: 'Workspace', items: people }),
    read({
      name: '100 eligibility pairs',
      ask: 'eligible',
      type: 'Study',
      items: known.hundreds.map((participantIds) => ({ id: studyId, participantIds })),
    }),
    adds(known, {
      name: 'add one participant',
      count: 1,
      way: 'addSame',
      from: 0,
      connections,
      requests: Infinity,
    }),
    adds(known, {
      name: 'add 10,000',
      count: many,
      way: 'addBest',
      from: editGroups / 2,
      connections: 1,
      requests: 4,
    }),
  ];
}

/** Where PostGraphile's page at that depth begins. */
export const depthOf = (size: Size) => ({ offset: depthIn(size) - 1 });
