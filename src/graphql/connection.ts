import type { Order, Page, PageRange, Position } from '../database/pages.ts';
import { type CursorHome, cursorWriter } from './cursor.ts';
import { type PageArguments, pageRange } from './page-arguments.ts';

export type MaybePromise<Value> = Value | Promise<Value>;

/** `then` for what may be there already: a level of a query whose rows were read along answers without waiting. */
export function settled<Value, Result>(
  value: MaybePromise<Value>,
  then: (value: Value) => MaybePromise<Result>,
): MaybePromise<Result> {
  return value instanceof Promise ? value.then(then) : then(value);
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
  return settled(list.load(pageRange(args, () => homeOf(list))), (page) => new ListConnection(page, list));
}

function homeOf<Row>({ field, parent, order }: List<Row>): CursorHome {
  return { field, parent, order: order.name, columns: order.columns };
}

/**
 * A page, of which each part is made when it is asked for. A class: of an object with accessors of its own V8 makes a
 * shape each time, which lives on until the next full collection, and all that the accessors know with it.
 */
export class ListConnection<Row> implements Connection<Row> {
  readonly #page: Page<Row>;
  readonly #list: List<Row>;
  #write: ((position: Position) => string) | undefined;

  constructor(page: Page<Row>, list: List<Row>) {
    this.#page = page;
    this.#list = list;
  }

  /** Its rows, without the edges around them. */
  get nodes(): readonly Row[] {
    return this.#page.rows;
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
    this.#write ??= cursorWriter(homeOf(this.#list));
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
