import type { FieldNode, GraphQLResolveInfo } from 'graphql';
import { type Along, readAlong } from '../database/read-row.ts';
import { Reading, rowAlong, wholeRow } from '../database/reading.ts';
import { columnName } from '../database/rows.ts';
import type { Table } from '../database/table.ts';
import {
  type AskedField,
  argumentsOf,
  fieldsBelow,
  isConstant,
  objectTypeOf,
  type Site,
} from './selection.ts';

/** Where in the document a resolver is. */
export type FieldInfo = GraphQLResolveInfo;

/** What a field needs of the row that it is a field of. */
export interface Needs {
  readonly columns: readonly string[];
  /** What it answers with, if it can be read along with the row. */
  readonly along?: Omit<Along, 'askers'> | null;
}

/** Says what a field needs, for its arguments and for what is selected below it. */
type LookAhead = (args: never, below: Below) => Needs;

/** What is selected below a field. */
export interface Below {
  /** What is read of each row that the field answers with. */
  rows<Row>(table: Table<Row>): Reading<Row>;
  /** The same for a field that answers with a page of them, who are in their places by some columns. */
  page<Row>(table: Table<Row>, places: readonly (keyof Row & string)[]): BelowPage<Row>;
}

/** What is selected of a page: whether all of the list are counted, and whether it is asked if more follow. */
interface BelowPage<Row> {
  readonly reading: Reading<Row>;
  readonly counts: boolean;
  readonly looksOn: boolean;
}

/** The `extensions` of a field that needs these columns, and nothing else, of its row. */
export const reads = (...columns: readonly string[]) => lookAhead(() => ({ columns }));

/** The `extensions` of a field that says what it needs. A field without them needs the whole row. */
export function lookAhead<Args>(needs: (args: Args, below: Below) => Needs) {
  return { needs };
}

/** The `extensions` of a field that answers with the row that another points to by `column`. */
export function rowAhead<Row>(table: Table<Row>, of: string, column: string) {
  return lookAhead((_args, below) => ({
    columns: [column],
    along: rowAlong(table, `${of}.${columnName(column)}`, below.rows(table)),
  }));
}

/**
 * Rows and pages that one statement may read along. Through fragments a short document may select tens of thousands, which
 * PostgreSQL would plan for seconds, though it has a row for hardly any; what is below is read a level at a time.
 */
const mostAlong = 50;

/** A walk over a selection, and how much it may find still. */
interface Walk extends Site {
  room: number;
}

/** What has to be read of each row of `table` for what `info`'s field selects of it. */
export function readingOf<Row>(info: FieldInfo, table: Table<Row>): Reading<Row> {
  return onceFor(info, table, 'below', () => belowField(info).rows(table));
}

/** The same for a field that answers with a page of rows. */
export function pageReadingOf<Row>(
  info: FieldInfo,
  table: Table<Row>,
  places: readonly (keyof Row & string)[],
): Reading<Row> {
  return onceFor(info, table, 'whole', () => belowField(info).page(table, places).reading);
}

/** What is read for a place in a document and a table; null for what depends on variables. */
const constant = new WeakMap<FieldNode, { readonly table: object; readonly reading: unknown } | null>();

/**
 * Walks a selection once for all requests of a document, unless variables decide about what is below it, or, where a
 * page's order is one of its arguments, about the whole field.
 */
function onceFor<Row>(
  info: FieldInfo,
  table: Table<Row>,
  what: 'below' | 'whole',
  make: () => Reading<Row>,
): Reading<Row> {
  const [node, ...others] = info.fieldNodes;
  if (node === undefined || others.length > 0) return make();
  const known = constant.get(node);
  if (known?.table === table) return known.reading as Reading<Row>;
  const reading = make();
  if (known === undefined) {
    const decisive = what === 'below' ? node.selectionSet : node;
    const isSame = decisive !== undefined && isConstant(info, decisive);
    constant.set(node, isSame ? { table, reading } : null);
  }
  return reading;
}

/** What was read along with the row for this very field, or undefined. */
export function foundAlong<Value>(row: object, info: FieldInfo): Value | undefined {
  return readAlong(row, info.fieldNodes) as Value | undefined;
}

function askedBy({ parentType, fieldName, fieldNodes }: FieldInfo): AskedField {
  const field = parentType.getFields()[fieldName];
  if (field === undefined) throw new Error(`${parentType.name} has no ${fieldName}`);
  return { field, nodes: fieldNodes };
}

function belowField(info: FieldInfo): Below {
  const { schema, fragments, variableValues } = info;
  return below({ schema, fragments, variableValues, room: mostAlong }, askedBy(info));
}

function below(walk: Walk, asked: AskedField): Below {
  return {
    rows: (table) =>
      objectTypeOf(asked.field) === null ? wholeRow(table) : readingFor(walk, table, fieldsOf(walk, asked)),
    page(table, places) {
      const ofPage = fieldsOf(walk, asked);
      const ofRows = readingFor(walk, table, fieldsOfRows(walk, ofPage));
      return {
        reading: asksFor(walk, ofPage, /cursor$/i) ? ofRows.with(places) : ofRows,
        counts: ofPage.some(({ field }) => field.name === 'totalCount'),
        looksOn: asksFor(walk, ofPage, /^has/),
      };
    },
  };
}

/** What is selected of a page's rows, and of the edges around them. */
function fieldsOfRows(site: Site, asked: Iterable<AskedField>): AskedField[] {
  return [...asked].flatMap((one) => {
    if (one.field.name === 'nodes') return fieldsOf(site, one);
    if (one.field.name !== 'edges') return [];
    return fieldsOf(site, one).flatMap((onEdge) => {
      if (onEdge.field.name === 'node') return fieldsOf(site, onEdge);
      return onEdge.field.name === 'cursor' ? [] : [onEdge];
    });
  });
}

/** Whether something of this name is selected of a page's edges, or of what is told about it. */
function asksFor(site: Site, ofPage: readonly AskedField[], name: RegExp): boolean {
  return ofPage.some(
    (one) =>
      (one.field.name === 'edges' || one.field.name === 'pageInfo') &&
      fieldsOf(site, one).some(({ field }) => name.test(field.name)),
  );
}

function fieldsOf(site: Site, { field, nodes }: AskedField): AskedField[] {
  const type = objectTypeOf(field);
  return type === null ? [] : [...fieldsBelow(site, type, nodes).values()];
}

function readingFor<Row>(walk: Walk, table: Table<Row>, asked: readonly AskedField[]): Reading<Row> {
  if (walk.room === 0) return wholeRow(table);
  walk.room -= 1;
  const columns = new Set<string>();
  const along: Along[] = [];
  for (const one of asked) {
    const hasRoom = walk.room > 0;
    const needs = needsOf(walk, one);
    for (const column of needs?.columns ?? Object.keys(table.columns)) columns.add(column);
    if (needs?.along && hasRoom) along.push({ ...needs.along, askers: one.nodes });
  }
  return new Reading(
    [...columns].filter((column) => isColumn(table, column)),
    along,
  );
}

function isColumn<Row>({ columns }: Table<Row>, name: string): name is keyof Row & string {
  return Object.hasOwn(columns, name);
}

/** Null where nothing is known of what the field needs. */
function needsOf(walk: Walk, asked: AskedField): Needs | null {
  const { needs, pothosExposedField } = asked.field.extensions;
  if (typeof pothosExposedField === 'string') return { columns: [pothosExposedField] };
  if (typeof needs !== 'function') return null;
  const args = argumentsOf(walk, asked);
  return args === null ? null : (needs as LookAhead)(args as never, below(walk, asked));
}
