import type { Along } from './read-row.ts';
import type { Reader } from './reader.ts';
import { itemsOf, type Shape } from './reading.ts';
import { join, nothing, type Sql, sql, verbatim } from './sql.ts';

/** A value of a row's place in an order: a number, or text (times as RFC 3339). */
export type PositionValue = string | number;
export type Position = readonly PositionValue[];

/** Which part of an ordered list: `limit` rows after and before the positions, from the end when `backward`. */
export interface PageRange {
  readonly limit: number;
  readonly backward: boolean;
  readonly after: Position | null;
  readonly before: Position | null;
  /** Whether it is left open what follows the page, since nobody asks; then one row less is read. */
  readonly isOpen?: boolean;
}

export interface Page<Row> {
  readonly rows: readonly Row[];
  readonly hasNextPage: boolean;
  readonly hasPreviousPage: boolean;
}

/** One column of an order: its expression and its type. All columns of an order run the same way. */
export interface OrderColumn {
  readonly expression: string;
  readonly type: 'int' | 'text' | 'timestamptz' | 'uuid';
}

export interface Order {
  readonly columns: readonly OrderColumn[];
  readonly descending: boolean;
}

/**
 * `AND (columns) > (after) AND (columns) < (before) ORDER BY … LIMIT limit + 1`, or `limit` where it is left open what
 * follows: keyset paging, never OFFSET. The limit is a part of the text: a plan that is kept for every limit would have
 * to expect many rows. Positions are behind a SELECT: the planner would look at them, find that few rows follow a place
 * near the end, and plan each page anew, which takes as long as reading it.
 */
export function pageClause(order: Order, range: PageRange): Sql {
  const columns = verbatim(order.columns.map(({ expression }) => expression).join(', '));
  const beyond = (position: Position | null, operator: '<' | '>') =>
    position === null
      ? nothing
      : sql`AND (${columns}) ${verbatim(operator)} (SELECT ${join(order.columns.map(({ type }, index) => sql`${position[index]}::${verbatim(type)}`))})`;
  const direction = order.descending !== range.backward ? 'DESC' : 'ASC';
  const sorting = verbatim(order.columns.map(({ expression }) => `${expression} ${direction}`).join(', '));
  return sql`${beyond(range.after, order.descending ? '<' : '>')} ${beyond(range.before, order.descending ? '>' : '<')}
    ORDER BY ${sorting} LIMIT ${verbatim(String(range.isOpen ? range.limit : range.limit + 1))}`;
}

/** What a list hangs on: a row's key, or a group's key and one of its versions. */
export type PageParent = number | readonly [key: number, version: number];

function parentRows(parents: readonly PageParent[]): Sql {
  const keys = parents.map((parent) => (typeof parent === 'number' ? parent : parent[0]));
  const versions = parents.map((parent) => (typeof parent === 'number' ? null : parent[1]));
  return sql`unnest(${keys}::int[], ${versions}::int[]) WITH ORDINALITY AS parent(key, version, position)`;
}

/**
 * One page under each of many parents, in one statement. `select` is the query of one parent's rows, correlated by
 * `parent.key` and `parent.version`, and ended by a `pageClause`. A page comes as one JSON value, which is several
 * times cheaper to read than as many rows; `revive` makes what JSON can't say (times) of each.
 */
export async function readPages<Row>(
  reader: Reader,
  parents: readonly PageParent[],
  range: PageRange,
  select: Sql,
  revive: (row: Row) => Row = (row) => row,
): Promise<Page<Row>[]> {
  const found = await reader.rows<{ rows: Row[] | null }>(sql`
    SELECT page.rows FROM ${parentRows(parents)}
    CROSS JOIN LATERAL (SELECT json_agg(item) AS rows FROM (${select}) AS item) AS page
    ORDER BY parent.position`);
  return found.map(({ rows }) => toPage((rows ?? []).map(revive), range));
}

/**
 * The same for rows of a shape: `select` is a query of the shape's `item` alone.
 */
export async function readShapedPages<Row>(
  reader: Reader,
  parents: readonly PageParent[],
  range: PageRange,
  select: Sql,
  { make }: Shape<Row>,
): Promise<Page<Row>[]> {
  const found = await reader.rows<{ items: string }>(sql`
    SELECT (${itemsOf(select)}) AS items FROM ${parentRows(parents)} ORDER BY parent.position`);
  return found.map(({ items }) => toPage((JSON.parse(items) as unknown[]).map(make), range));
}

/** A page that was read along with the row that it hangs on. */
export interface PageAlong<Row> {
  readonly page: Page<Row>;
  /** How long the whole list is; null where nobody asked. */
  readonly totalCount: number | null;
}

/**
 * A page to be read along with the row that it hangs on, whose key is `parent` in SQL. `select` is a query of the
 * shape's `item`, and `counted` one of all rows of the list, where it is to be counted.
 */
export function pageAlong<Row>(
  parent: string,
  range: PageRange,
  { make }: Shape<Row>,
  select: Sql,
  counted: Sql | null,
): Omit<Along, 'askers'> {
  const of = sql`(VALUES (${verbatim(parent)}, NULL::int)) AS parent(key, version)`;
  return {
    // Without a count one aggregate over a join: a query for the list alone costs more than some of its rows do.
    select:
      counted === null
        ? sql`SELECT '[[' || coalesce(string_agg(page.item, ','), '') || '],null]'
          FROM ${of} CROSS JOIN LATERAL (${select}) AS page(item)`
        : sql`SELECT '[' || (${itemsOf(select)}) || ',' || (SELECT count(*)::text FROM (${counted}) AS item) || ']'
          FROM ${of}`,
    make(value) {
      const [items, totalCount] = value as [unknown[], number | null];
      return { page: toPage(items.map(make), range), totalCount } satisfies PageAlong<Row>;
    },
  };
}

/** A page of rows that were read in the order of the range, one more than its limit where there are more. */
export function toPage<Row>(found: readonly Row[], range: PageRange): Page<Row> {
  const { limit, backward, after, before, isOpen = false } = range;
  const hasMore = found.length > limit;
  const rows = found.slice(0, limit);
  if (backward) rows.reverse();
  if (isOpen) return new OpenPage(rows);
  return backward
    ? { rows, hasPreviousPage: hasMore, hasNextPage: before !== null }
    : { rows, hasNextPage: hasMore, hasPreviousPage: after !== null };
}

/** A page of some of its rows alone; what comes before and after it stays as it is. */
export function filterPage<Row>(page: Page<Row>, isKept: (row: Row) => boolean): Page<Row> {
  const rows = page.rows.filter(isKept);
  return page instanceof OpenPage ? new OpenPage(rows) : { ...page, rows };
}

/** A page of which nobody asked what follows it: it must not look like the last one. */
class OpenPage<Row> implements Page<Row> {
  readonly rows: readonly Row[];

  constructor(rows: readonly Row[]) {
    this.rows = rows;
  }

  get hasNextPage(): boolean {
    throw new Error('What follows this page was asked for, but not read');
  }

  get hasPreviousPage(): boolean {
    return this.hasNextPage;
  }
}

/** Counts under each of many parents, in one statement; `select` is a query of one parent's rows. */
export async function readCounts(
  reader: Reader,
  parents: readonly PageParent[],
  select: Sql,
): Promise<number[]> {
  const found = await reader.rows<{ count: number }>(sql`
    SELECT counted.count FROM ${parentRows(parents)}
    CROSS JOIN LATERAL (SELECT count(*)::int AS count FROM (${select}) AS item) AS counted
    ORDER BY parent.position`);
  return found.map(({ count }) => count);
}
