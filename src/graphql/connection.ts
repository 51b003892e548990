import type { Order, Page, PageRange, Position } from '../database/pages.ts';
import { type CursorHome, cursorWriter, peekCursor, readCursor } from './cursor.ts';
import { defaultPageSize } from './limits/operation-cost.ts';
import { invalidArgument } from './read-errors.ts';

const longestPage = 100;

export type MaybePromise<Value> = Value | Promise<Value>;

/** `then` for what may be there already: a level of a query whose rows were read along answers without waiting. */
export function settled<Value, Result>(
  value: MaybePromise<Value>,
  then: (value: Value) => MaybePromise<Result>,
): MaybePromise<Result> {
  return value instanceof Promise ? value.then(then) : then(value);
}

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
  readonly load: (range: PageRange) => MaybePromise<Page<Row>>;
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
export function connect<Row>(args: PageArguments, list: List<Row>): MaybePromise<Connection<Row>> {
  const home: CursorHome = { ...list, order: list.order.name, columns: list.order.columns };
  return settled(list.load(pageRange(args, home)), (page) => new ListConnection(page, home, list));
}

/**
 * A page, of which each part is made when it is asked for. A class: of an object with accessors of its own V8 makes a
 * shape each time, which lives on until the next full collection, and all that the accessors know with it.
 */
class ListConnection<Row> implements Connection<Row> {
  readonly #page: Page<Row>;
  readonly #list: List<Row>;
  readonly #write: (position: Position) => string;

  constructor(page: Page<Row>, home: CursorHome, list: List<Row>) {
    this.#page = page;
    this.#list = list;
    this.#write = cursorWriter(home);
  }

  get edges(): Edge<Row>[] {
    return this.#page.rows.map((node) => new ListEdge(node, this));
  }

  get pageInfo(): Connection<Row>['pageInfo'] {
    return new ListPageInfo(this.#page, this);
  }

  totalCount(): number | Promise<number> {
    return this.#list.totalCount();
  }

  cursorOf(row: Row): string {
    return this.#write(this.#list.positionOf(row));
  }
}

class ListEdge<Row> implements Edge<Row> {
  readonly node: Row;
  readonly #connection: ListConnection<Row>;

  constructor(node: Row, connection: ListConnection<Row>) {
    this.node = node;
    this.#connection = connection;
  }

  get cursor(): string {
    return this.#connection.cursorOf(this.node);
  }
}

class ListPageInfo<Row> {
  readonly #page: Page<Row>;
  readonly #connection: ListConnection<Row>;

  constructor(page: Page<Row>, connection: ListConnection<Row>) {
    this.#page = page;
    this.#connection = connection;
  }

  get hasNextPage(): boolean {
    return this.#page.hasNextPage;
  }

  get hasPreviousPage(): boolean {
    return this.#page.hasPreviousPage;
  }

  get startCursor(): string | null {
    return this.#cursorAt(0);
  }

  get endCursor(): string | null {
    return this.#cursorAt(-1);
  }

  #cursorAt(index: number): string | null {
    const row = this.#page.rows.at(index);
    return row === undefined ? null : this.#connection.cursorOf(row);
  }
}

/** What Relay's arguments ask for. @throws GraphQLError INVALID_INPUT */
function pageRange(args: PageArguments, home: CursorHome): PageRange {
  const position = (argument: 'after' | 'before') => positionIn(argument, args[argument], home);
  return { ...sizeOf(args), after: position('after'), before: position('before') };
}

/** The same for a parent that isn't known yet, to whom the cursors may not belong; null for what will be refused. */
export function pageRangeOf(args: PageArguments, columns: Order['columns']): PageRange | null {
  const position = (cursor: string | null | undefined) =>
    cursor == null ? null : (peekCursor(columns, cursor) ?? undefined);
  const [after, before] = [position(args.after), position(args.before)];
  if (after === undefined || before === undefined || sizeProblem(args) !== null) return null;
  return { ...sizeOf(args), after, before };
}

/** @throws GraphQLError INVALID_INPUT */
function sizeOf(args: PageArguments): Pick<PageRange, 'limit' | 'backward'> {
  const problem = sizeProblem(args);
  if (problem !== null) throw invalidArgument(...problem);
  const backward = args.last != null;
  return { backward, limit: (backward ? args.last : args.first) ?? defaultPageSize };
}

function sizeProblem({ first, last }: PageArguments): [argument: string, problem: string] | null {
  if (first != null && last != null) return ['last', 'It cannot be combined with "first".'];
  return problemOf('first', first) ?? problemOf('last', last);
}

function problemOf(
  name: string,
  size: number | null | undefined,
): [argument: string, problem: string] | null {
  if (size == null || (size >= 1 && size <= longestPage)) return null;
  return [name, `Expected 1 to ${longestPage}, but got ${size}.`];
}

function positionIn(argument: string, cursor: string | null | undefined, home: CursorHome): Position | null {
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
