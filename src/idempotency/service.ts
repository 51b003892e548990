import { createHash } from 'node:crypto';
import type { Viewer } from '../access/viewer.ts';
import type { Reader } from '../database/reader.ts';
import { sql } from '../database/sql.ts';
import type { Transaction } from '../database/transaction.ts';
import { IdempotencyKeyReusedError } from '../errors.ts';

/** A mutation's call: its name, the caller's key if there is one, and the input as it was given. */
export interface Call {
  readonly mutation: string;
  readonly idempotencyKey: string | null;
  readonly input: unknown;
}

const keptHours = 24;

/**
 * Runs `effect` once for a caller's key, in the transaction of the effect; the same call again answers with the first
 * result, once `authorize` has looked again whether the viewer may. Two at the same moment: the second waits for the
 * first. A failed effect binds nothing.
 * @throws IdempotencyKeyReusedError when the key was used for another input.
 */
export async function once<Result extends object>(
  transaction: Transaction,
  viewer: Viewer,
  call: Call,
  authorize: (first: Result) => Promise<unknown>,
  effect: () => Promise<Result>,
): Promise<Result> {
  const { mutation, idempotencyKey } = call;
  if (idempotencyKey === null) return effect();
  const key = hashKey(idempotencyKey);
  const inputHash = hashInput(call.input);
  const claimed = await transaction.$executeRaw`
    INSERT INTO idempotency_key (user_id, mutation, key, input_hash)
    VALUES (${viewer.userId}::uuid, ${mutation}, ${key}, ${inputHash})
    ON CONFLICT (user_id, mutation, key) DO UPDATE SET input_hash = excluded.input_hash, result = NULL, created_at = now()
      WHERE idempotency_key.created_at < now() - make_interval(hours => ${keptHours}::int)`;
  const own = sql`user_id = ${viewer.userId}::uuid AND mutation = ${mutation} AND key = ${key}`;
  if (claimed === 0) {
    const [first] = await transaction.$queryRaw<{ result: Result; isSame: boolean }[]>(
      sql`SELECT result, input_hash = ${inputHash} AS "isSame" FROM idempotency_key WHERE ${own}`,
    );
    if (first === undefined) throw new Error('The answer under an idempotency key is gone');
    await authorize(first.result);
    if (!first.isSame) throw new IdempotencyKeyReusedError();
    return first.result;
  }
  const result = await effect();
  await transaction.$executeRaw(
    sql`UPDATE idempotency_key SET result = ${JSON.stringify(result)}::jsonb WHERE ${own}`,
  );
  return result;
}

/** Whether a caller's key is in use, without claiming it: for what can be found no longer once it was done. */
export async function isRepetition(reader: Reader, { userId }: Viewer, call: Call): Promise<boolean> {
  const { mutation, idempotencyKey } = call;
  if (idempotencyKey === null) return false;
  const rows = await reader.rows<object>(sql`SELECT 1 FROM idempotency_key
    WHERE user_id = ${userId}::uuid AND mutation = ${mutation} AND key = ${hashKey(idempotencyKey)}`);
  return rows.length > 0;
}

/** Forgets answers that are older than 24 hours; returns how many. */
export async function forgetExpired(transaction: Transaction): Promise<number> {
  return transaction.$executeRaw`
    DELETE FROM idempotency_key WHERE created_at < now() - make_interval(hours => ${keptHours}::int)`;
}

/** A caller's key may say whom it is about, and would have to be found when they are erased: only its hash is kept. */
function hashKey(idempotencyKey: string): string {
  return createHash('sha256').update(idempotencyKey).digest('hex');
}

function hashInput(input: unknown): Uint8Array<ArrayBuffer> {
  return new Uint8Array(createHash('sha256').update(JSON.stringify(input, inKeyOrder)).digest());
}

function inKeyOrder(_name: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
}
