import { createHash } from 'node:crypto';
import type { Order, Position, PositionValue } from '../database/pages.ts';
import { isMoment, isUuid } from '../input.ts';

/** What a cursor is good for; nowhere else is it accepted. */
export interface CursorHome {
  /** `Type.field` */
  readonly field: string;
  readonly parent: string | number;
  /** Names the order. */
  readonly order: string;
  readonly columns: Order['columns'];
}

/** A name of 200 code points is up to 2,400 bytes in NFC, and a third more in base64. */
const longest = 4_000;
const fingerprintLength = 8;

function fingerprint({ field, parent, order }: CursorHome): string {
  return createHash('sha256')
    .update(`${field}\n${parent}\n${order}`)
    .digest('base64url')
    .slice(0, fingerprintLength);
}

/** Writes cursors of one list: the list's fingerprint and the place in it. */
export function cursorWriter(home: CursorHome): (position: Position) => string {
  let prefix: string | undefined;
  return (position) => {
    prefix ??= fingerprint(home);
    return Buffer.from(prefix + JSON.stringify(position)).toString('base64url');
  };
}

/** The place that a cursor of this list names, or null for any other text. */
export function readCursor(home: CursorHome, cursor: string): Position | null {
  const text = textOf(cursor);
  return text?.startsWith(fingerprint(home)) ? placeIn(home.columns, text) : null;
}

/** The place that a cursor of some list in this order names, whichever list it is of; or null. */
export function peekCursor(columns: Order['columns'], cursor: string): Position | null {
  const text = textOf(cursor);
  return text === null ? null : placeIn(columns, text);
}

function textOf(cursor: string): string | null {
  if (cursor.length > longest || !/^[A-Za-z0-9_-]+$/.test(cursor)) return null;
  return Buffer.from(cursor, 'base64url').toString();
}

function placeIn(columns: Order['columns'], text: string): Position | null {
  const position = parse(text.slice(fingerprintLength));
  if (!Array.isArray(position) || position.length !== columns.length) return null;
  return columns.every(({ type }, index) => isValue(type, position[index])) ? position : null;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function isValue(type: Order['columns'][number]['type'], value: unknown): value is PositionValue {
  if (type === 'int') return Number.isInteger(value) && Math.abs(Number(value)) <= 0x7fffffff;
  if (typeof value !== 'string' || !value.isWellFormed() || value.includes('\0')) return false;
  if (type === 'uuid') return isUuid(value);
  return type === 'text' || isMoment(value);
}
