import { join } from 'node:path';
import { type Database, openDatabase } from './client.ts';
import { startEmbeddedServer } from './embedded-server.ts';
import { listMigrations, migrate } from './migrate.ts';

const migrationsDirectory = join(import.meta.dirname, '../../prisma/migrations');

export interface StoreOptions {
  /** A PostgreSQL to use, or null for one of our own below `dataDirectory`. */
  readonly databaseUrl: string | null;
  /** The same without a pooler in between, for migrations. */
  readonly directDatabaseUrl: string | null;
  readonly dataDirectory: string;
  readonly poolSize: number;
  /** What bitmaps of keys may take in memory; none are kept without it. */
  readonly bitmapBytes?: number | undefined;
  /** What participants may take in memory; none are kept without it. */
  readonly participantBytes?: number | undefined;
  readonly log: (message: string) => void;
  readonly onConnectionError: (error: Error) => void;
  readonly onStatement?: (text: string) => void;
}

export interface OpenStore {
  readonly database: Database;
  /** Where a session of one's own can be had: no pooler is in between. */
  readonly directUrl: string;
  /** The migrations that the database has to have. */
  readonly migrations: readonly string[];
  /** Closes the pools, and stops the server if it is our own and nobody else uses it. */
  close(): Promise<void>;
}

/** Opens the database, migrated: the one given, or one of our own that is started first. */
export async function openStore(options: StoreOptions): Promise<OpenStore> {
  const { databaseUrl, dataDirectory, log, onStatement } = options;
  const own = databaseUrl === null ? await startEmbeddedServer({ dataDirectory, log }) : null;
  const url = own?.url ?? databaseUrl ?? '';
  const directUrl = options.directDatabaseUrl ?? url;
  try {
    await migrate({ url: directUrl, directory: migrationsDirectory, log });
    const database = openDatabase({
      ...{ url, poolSize: options.poolSize, onConnectionError: options.onConnectionError },
      ...{ bitmapBytes: options.bitmapBytes, participantBytes: options.participantBytes },
      ...(onStatement ? { onStatement } : {}),
    });
    const migrations = await listMigrations(migrationsDirectory);
    return {
      database,
      directUrl,
      migrations,
      async close() {
        await database.close();
        await own?.stop();
      },
    };
  } catch (error) {
    await own?.stop();
    throw error;
  }
}
