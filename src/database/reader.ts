import type pg from 'pg';
import { type Sql, statementName } from './sql.ts';

/** The one place where reads speak to the pool directly: prepared once, typed at the edge, no client in between. */
export interface Reader {
  /** Runs one statement. @throws the driver's error, also when the statement runs longer than 10 s. */
  rows<Row>(statement: Sql): Promise<Row[]>;
}

/** What a read may see: the workspaces of the viewer. Every loader is given one, and filters by it in SQL. */
export interface ReadScope {
  readonly reader: Reader;
  readonly workspaceKeys: readonly number[];
  readonly userId: string;
}

/** A reader over `pool`. */
export function createReader(pool: pg.Pool): Reader {
  return {
    async rows<Row>(statement: Sql): Promise<Row[]> {
      const { text, values } = statement;
      const result = await pool.query({ name: statementName(text), text, values });
      return result.rows as Row[];
    },
  };
}
