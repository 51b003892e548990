import { Prisma } from './prisma/client.ts';

/** A statement or a part of one, with its parameters: parts nest, and values never become text. */
export type Sql = Prisma.Sql;

/** Tagged template for a statement or a part of one. */
export const sql = Prisma.sql;

/** A part that says nothing. */
export const nothing = Prisma.empty;

/** Joins parts, with a comma unless told otherwise. */
export const join = Prisma.join;

/** Text that is part of the program, never of an input. */
export const verbatim = Prisma.raw;

const names = new Map<string, string>();

/** The prepared statement's name: one for each text, so that a connection plans a statement once. */
export function statementName(text: string): string {
  const known = names.get(text);
  if (known !== undefined) return known;
  const name = `rollcall_${names.size + 1}`;
  names.set(text, name);
  return name;
}
