import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { PrismaPg } from '@prisma/adapter-pg';
import {
  bindMigrationAwareSqlAdapterFactory,
  DriverAdapterError,
  type SqlDriverAdapter,
  type SqlMigrationAwareDriverAdapterFactory,
} from '@prisma/driver-adapter-utils';
import type { DiffTarget, SchemaEngine } from '@prisma/schema-engine-wasm/schema_engine_bg';
import pg from 'pg';

/** Node has it; TypeScript declares it among the browser's types only. */
declare const WebAssembly: {
  instantiate(
    bytes: Uint8Array,
    imports: Record<string, unknown>,
  ): Promise<{ instance: { exports: { __wbindgen_start(): void } } }>;
};

type EngineModule = typeof import('@prisma/schema-engine-wasm/schema_engine_bg');

let loading: Promise<EngineModule> | undefined;

/** Node can't import `.wasm` without a flag, so the 5 MB are instantiated by hand, once. */
function loadEngine(): Promise<EngineModule> {
  loading ??= (async () => {
    const name = '@prisma/schema-engine-wasm/schema_engine_bg';
    const engine = await import('@prisma/schema-engine-wasm/schema_engine_bg');
    const path = createRequire(import.meta.url)
      .resolve(name)
      .replace(/\.js$/, '.wasm');
    const { instance } = await WebAssembly.instantiate(await readFile(path), {
      './schema_engine_bg.js': engine,
    });
    engine.__wbg_set_wasm(instance.exports);
    instance.exports.__wbindgen_start();
    return engine;
  })();
  return loading;
}

async function withEngine<Result>(
  factory: SqlMigrationAwareDriverAdapterFactory,
  work: (engine: SchemaEngine) => Promise<Result>,
): Promise<Result> {
  const { SchemaEngine } = await loadEngine();
  const adapter = bindMigrationAwareSqlAdapterFactory(factory);
  const engine = await SchemaEngine.new({ datamodels: undefined }, () => undefined, adapter);
  try {
    return await work(engine);
  } catch (error) {
    // Of a broken connection, say, the engine knows the number only.
    const id = error instanceof Error && /External error id#(\d+)/.exec(error.message)?.[1];
    throw (id && adapter.errorRegistry.consumeError(Number(id))?.error) || error;
  } finally {
    engine.free();
  }
}

/**
 * Runs `work` with Prisma's schema engine, whose statements all go through `pool`; the pool stays open.
 * Rejects with the engine's errors, which quote the database's, and with the driver's when a connection breaks.
 */
export function withSchemaEngine<Result>(
  pool: pg.Pool,
  work: (engine: SchemaEngine) => Promise<Result>,
): Promise<Result> {
  const factory = new PrismaPg(pool);
  const connect = factory.connect.bind(factory);
  factory.connect = async () => {
    const adapter = await connect();
    // The adapter's own splits at every semicolon, also in comments, strings and function bodies, and commits piece by
    // piece. `prisma migrate deploy` sends the script as one simple query: all of it or nothing.
    adapter.executeScript = async (script) => {
      await pool.query(script).catch((error: unknown) => {
        throw asAdapterError(error);
      });
    };
    return adapter;
  };
  return withEngine(factory, work);
}

/** In this form the engine understands it, and writes it into `_prisma_migrations`. */
function asAdapterError(error: unknown): unknown {
  if (!(error instanceof pg.DatabaseError)) return error;
  const { code = '', severity = '', message, detail, column, hint } = error;
  return new DriverAdapterError({ kind: 'postgres', code, severity, message, detail, column, hint });
}

/**
 * The SQL that leads from one text of schema.prisma (null: an empty database) to another. Needs no database.
 * Rejects with the engine's complaint when a text is no valid schema.
 */
export async function printSchemaDifference(from: string | null, to: string): Promise<string> {
  const connect = async () => unconnected;
  const factory = { ...unconnectedTo, connect, connectToShadowDb: connect };
  const { stdout } = await withEngine(factory, (engine) =>
    engine.diff({
      from: diffTarget(from),
      to: diffTarget(to),
      script: true,
      exitCode: null,
      filters: { externalTables: [], externalEnums: [] },
    }),
  );
  return stdout ?? '';
}

/** The SQL that makes an empty database what the text of schema.prisma says. Rejects like printSchemaDifference. */
export function printSchemaScript(schema: string): Promise<string> {
  return printSchemaDifference(null, schema);
}

function diffTarget(schema: string | null): DiffTarget {
  if (schema === null) return { tag: 'empty' };
  return { tag: 'schemaDatamodel', files: [{ path: 'schema.prisma', content: schema }] };
}

const unconnectedTo = { provider: 'postgres', adapterName: 'unconnected' } as const;

/** The engine looks at the server before everything, also where it then compares two texts: it sees nothing. */
const unconnected: SqlDriverAdapter = {
  ...unconnectedTo,
  queryRaw: async () => ({ columnNames: [], columnTypes: [], rows: [] }),
  executeRaw: async () => 0,
  executeScript: async () => undefined,
  startTransaction: () => Promise.reject(new Error('There is no database to begin a transaction in')),
  dispose: async () => undefined,
};
