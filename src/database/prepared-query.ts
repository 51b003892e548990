/// <reference path="./driver.d.ts" />
import pg from 'pg';
import utils from 'pg/lib/utils.js';

/** The columns of a statement's rows. */
type Columns = readonly { readonly name: string; readonly parse: (text: string) => unknown }[];

/** The statements that a connection keeps, by name, with their columns; null for one that is to be prepared anew. */
export type Kept = Map<string, Columns | null>;

/** What a statement was answered with. */
export interface Ran {
  readonly rows: unknown[];
  readonly rowCount: number | null;
}

/** PostgreSQL's message about the columns of rows, and the one that ends them. */
interface RowDescription {
  readonly fields: readonly { readonly name: string; readonly dataTypeID: number }[];
}
interface CommandComplete {
  readonly text: string;
}

/**
 * A statement that a connection keeps prepared, run once: the driver's own query asks each time what its columns are,
 * which takes both sides as long as the rows of a small read. Here it is asked when the statement is prepared.
 */
export class PreparedQuery implements pg.Submittable, Ran {
  readonly name: string;
  readonly text: string;
  readonly values: readonly unknown[];
  readonly rows: unknown[] = [];
  readonly answer: Promise<Ran>;
  readonly #kept: Kept;
  readonly #isPrepared: boolean;
  readonly #sent: (string | Buffer | null)[];
  #columns: Columns;
  #command = '';
  /** Called at the end: the driver puts one around it where statements have a time limit of its own. */
  callback: (error: unknown, ran?: Ran) => void = () => {};

  /** `kept` is what the connection keeps. */
  constructor(name: string, text: string, values: readonly unknown[], kept: Kept) {
    this.name = name;
    this.text = text;
    this.values = values;
    this.#sent = values.map(utils.prepareValue);
    const columns = kept.get(name) ?? null;
    this.#kept = kept.set(name, columns);
    this.#isPrepared = columns !== null;
    this.#columns = columns ?? [];
    this.answer = new Promise((resolve, reject) => {
      this.callback = (error, ran) => (ran === undefined ? reject(error) : resolve(ran));
    });
  }

  /** How many rows were written or read, from what PostgreSQL calls the command: `INSERT 0 3`. */
  get rowCount(): number | null {
    const [, count] = / (\d+)$/.exec(this.#command) ?? [];
    return count === undefined ? null : Number(count);
  }

  submit(connection: pg.Connection): void {
    const { stream } = connection;
    stream.cork();
    try {
      if (!this.#isPrepared) {
        // It is there already where it has failed before, or its tables are not what they were.
        connection.close({ type: 'S', name: this.name }, true);
        connection.parse({ name: this.name, text: this.text, types: [] }, true);
      }
      connection.bind({ statement: this.name, values: this.#sent }, true);
      if (!this.#isPrepared) connection.describe({ type: 'P' }, true);
      connection.execute(null, true);
      connection.sync();
    } finally {
      stream.uncork();
    }
  }

  handleRowDescription({ fields }: RowDescription): void {
    this.#columns = fields.map(({ name, dataTypeID }) => ({
      name,
      parse: pg.types.getTypeParser(dataTypeID, 'text'),
    }));
  }

  handleDataRow({ fields }: { readonly fields: readonly (string | null)[] }): void {
    const row: Record<string, unknown> = {};
    for (let index = 0; index < this.#columns.length; index++) {
      const column = this.#columns[index];
      const text = fields[index] ?? null;
      if (column !== undefined) row[column.name] = text === null ? null : column.parse(text);
    }
    this.rows.push(row);
  }

  handleCommandComplete({ text }: CommandComplete): void {
    this.#command = text;
    this.#kept.set(this.name, this.#columns);
  }

  handleEmptyQuery(): void {}

  handleReadyForQuery(): void {
    this.callback(null, this);
  }

  handleError(error: unknown): void {
    this.#kept.set(this.name, null);
    this.callback(error);
  }
}
