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
