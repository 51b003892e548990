import { type Order, type Page, type PageAlong, type PageRange, pageAlong } from '../database/pages.ts';
import type { Reading, Shape } from '../database/reading.ts';
import type { Sql } from '../database/sql.ts';
import type { Table } from '../database/table.ts';
import {
  type Below,
  type FieldInfo,
  foundAlong,
  lookAhead,
  type Needs,
  pageReadingOf,
} from './look-ahead.ts';
import { type PageArguments, pageRangeOf } from './page-arguments.ts';

/** An order, and the columns by which a row says where in it it is. */
export type RowOrder<Row> = Order & { readonly reads: readonly (keyof Row & string)[] };

/** A list that hangs on a row, as it is read along with it. */
export interface ListAhead<Row, Args> {
  readonly table: Table<Row>;
  /** The SQL of the key of the row that it hangs on. */
  readonly parent: string;
  /** In which order; null for what cannot be read along. */
  readonly order: (args: Args) => RowOrder<Row> | null;
  /** A query of one page of it: of the shape's `item` alone. */
  readonly select: (shape: Shape<Row>, range: PageRange, args: Args) => Sql;
  /** A query of all that is in it; null where the row knows how many that is by the columns that are read for it. */
  readonly all: ((args: Args) => Sql) | null;
  /** Columns of the row that it hangs on, for what cannot be read along and for how many there are. */
  readonly reads?: readonly string[];
}

/** The `extensions` of a connection that can be read along with its parent. */
export function pageAhead<Row, Args extends PageArguments>(list: ListAhead<Row, Args>) {
  const { table, parent, order, select, all, reads = [] } = list;
  return lookAhead((args: Args, below: Below): Needs => {
    const ordered = order(args);
    const wanted = ordered && pageRangeOf(args, ordered.columns);
    if (ordered === null || wanted === null) return { columns: ['key', ...reads] };
    const { reading, counts, looksOn } = below.page(table, ordered.reads);
    const range = { ...wanted, isOpen: !looksOn };
    const shape = reading.shapeIn(table);
    const counted = counts && all !== null ? all(args) : null;
    return {
      columns: counts && all === null ? ['key', ...reads] : ['key'],
      along: pageAlong(parent, range, shape, select(shape, range, args), counted),
    };
  });
}

/** What of a page was read along with its parent, and how to read it where nothing was. */
export interface ReadAhead<Row> {
  readonly page: Page<Row> | undefined;
  readonly totalCount: number | undefined;
  /** What is asked for of each row. */
  readonly reading: () => Reading<Row>;
}

/** Looks for the page of `info`'s field on the row that it hangs on. */
export function pageOf<Row>(
  parent: object,
  info: FieldInfo,
  table: Table<Row>,
  { reads }: RowOrder<Row>,
): ReadAhead<Row> {
  const found = foundAlong<PageAlong<Row>>(parent, info);
  return {
    page: found?.page,
    totalCount: found?.totalCount ?? undefined,
    reading: () => pageReadingOf(info, table, reads),
  };
}
