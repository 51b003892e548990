import pg from 'pg';
import { Prisma } from './prisma/client.ts';

/** PostgreSQL's SQLSTATE where the server refused, else what Prisma or its adapter calls the failure. */
export function failureCode(error: unknown): string | undefined {
  if (error instanceof pg.DatabaseError) return error.code;
  if (!(error instanceof Prisma.PrismaClientKnownRequestError)) return undefined;
  const cause = error.meta?.driverAdapterError;
  if (cause instanceof Error && cause.cause instanceof Object) {
    if ('originalCode' in cause.cause) return String(cause.cause.originalCode);
    if ('code' in cause.cause) return String(cause.cause.code);
    // A statement written by hand has the same code whatever has failed.
    if (error.code === 'P2010' && 'kind' in cause.cause) return String(cause.cause.kind);
  }
  return error.code;
}

/**
 * What the operating system, PostgreSQL and Prisma say of a server that stops, is gone, starts, or takes no more
 * connections; poolers say 08P01 of a server behind them.
 */
const unreachable =
  /^(ECONNREFUSED|ECONNRESET|EPIPE|ETIMEDOUT|EHOSTUNREACH|57P0[123]|53300|08\w{3}|P1001|P1008|P1017|ConnectionClosed|SocketTimeout|DatabaseNotReachable)$/;

/** Whether something failed for want of a connection to the database. */
export function isUnreachable(error: unknown): error is Error {
  if (!(error instanceof Error)) return false;
  const code = failureCode(error) ?? ('code' in error ? String(error.code) : '');
  return (
    unreachable.test(code) ||
    /^(Connection terminated|Client has encountered a connection error)/.test(error.message)
  );
}
