import type { Order, Page, PageRange, Position } from '../database/pages.ts';
import { type CursorHome, cursorWriter, readCursor } from './cursor.ts';
import { defaultPageSize } from './limits/operation-cost.ts';
import { invalidArgument } from './read-errors.ts';

const longestPage = 100;

/** Relay's four arguments as a client gave them. */
export interface PageArguments {
  readonly first?: number | null | undefined;
  readonly after?: string | null | undefined;
  readonly last?: number | null | undefined;
  readonly before?: string | null | undefined;
}

/** A list that can be paged through, and how. */
export interface List<Row> {
  readonly field: string;
  readonly parent: string | number;
  readonly order: Order & { readonly name: string };
  readonly positionOf: (row: Row) => Position;
  readonly load: (range: PageRange) => Promise<Page<Row>>;
  readonly totalCount: () => number | Promise<number>;
}

/** An edge: the row itself is kept for the fields that an edge adds. */
export interface Edge<Row> {
  readonly cursor: string;
  readonly node: Row;
}

export interface Connection<Row> {
  readonly edges: Edge<Row>[];
  readonly pageInfo: {
    readonly hasNextPage: boolean;
    readonly hasPreviousPage: boolean;
    readonly startCursor: string | null;
    readonly endCursor: string | null;
  };
  readonly totalCount: () => number | Promise<number>;
}

/** Reads one page of a list. @throws GraphQLError INVALID_INPUT for a page size or cursor that can't be. */
export async function connect<Row>(args: PageArguments, list: List<Row>): Promise<Connection<Row>> {
  const home: CursorHome = { ...list, order: list.order.name, columns: list.order.columns };
  const { rows, hasNextPage, hasPreviousPage } = await list.load(pageRange(args, home));
  const write = cursorWriter(home);
  const cursorAt = (index: number) => {
    const row = rows.at(index);
    return row === undefined ? null : write(list.positionOf(row));
  };
  return {
    edges: rows.map((node) => ({
      node,
      get cursor() {
        return write(list.positionOf(node));
      },
    })),
    pageInfo: {
      hasNextPage,
      hasPreviousPage,
      get startCursor() {
        return cursorAt(0);
      },
      get endCursor() {
        return cursorAt(-1);
      },
    },
    totalCount: list.totalCount,
  };
}

/** What Relay's arguments ask for. @throws GraphQLError INVALID_INPUT */
export function pageRange(args: PageArguments, home: CursorHome): PageRange {
  const { first, last } = args;
  if (first != null && last != null) throw invalidArgument('last', 'It cannot be combined with "first".');
  for (const [name, size] of Object.entries({ first, last })) {
    if (size != null && (size < 1 || size > longestPage)) {
      throw invalidArgument(name, `Expected 1 to ${longestPage}, but got ${size}.`);
    }
  }
  const backward = last != null;
  return {
    backward,
    limit: (backward ? last : first) ?? defaultPageSize,
    after: position('after', args.after, home),
    before: position('before', args.before, home),
  };
}

function position(argument: string, cursor: string | null | undefined, home: CursorHome): Position | null {
  if (cursor == null) return null;
  const found = readCursor(home, cursor);
  if (found === null) {
    throw invalidArgument(
      argument,
      `This is not a cursor of ${home.field} of this parent and in this order.`,
    );
  }
  return found;
}
