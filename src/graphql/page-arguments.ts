import type { Order, PageRange, Position } from '../database/pages.ts';
import { type CursorHome, peekCursor, readCursor } from './cursor.ts';
import { defaultPageSize } from './limits/operation-cost.ts';
import { invalidArgument } from './read-errors.ts';

const longestPage = 100;

/** Relay's four arguments as a client gave them. */
export interface PageArguments {
  readonly first?: number | null | undefined;
  readonly after?: string | null | undefined;
  readonly last?: number | null | undefined;
  readonly before?: string | null | undefined;
}

/** What Relay's arguments ask for, of the list whose home is asked for where there are cursors. @throws GraphQLError INVALID_INPUT */
export function pageRange(args: PageArguments, homeOf: () => CursorHome): PageRange {
  const { limit, backward } = sizeOf(args);
  if (args.after == null && args.before == null) return { limit, backward, after: null, before: null };
  const home = homeOf();
  const position = (argument: 'after' | 'before') => positionIn(argument, args[argument], home);
  return { limit, backward, after: position('after'), before: position('before') };
}

/** The same for a parent that isn't known yet, to whom the cursors may not belong; null for what will be refused. */
export function pageRangeOf(args: PageArguments, columns: Order['columns']): PageRange | null {
  const position = (cursor: string | null | undefined) =>
    cursor == null ? null : (peekCursor(columns, cursor) ?? undefined);
  const [after, before] = [position(args.after), position(args.before)];
  if (after === undefined || before === undefined || sizeProblem(args) !== null) return null;
  return { ...sizeOf(args), after, before };
}

/** @throws GraphQLError INVALID_INPUT */
function sizeOf(args: PageArguments): Pick<PageRange, 'limit' | 'backward'> {
  const problem = sizeProblem(args);
  if (problem !== null) throw invalidArgument(...problem);
  const backward = args.last != null;
  return { backward, limit: (backward ? args.last : args.first) ?? defaultPageSize };
}

function sizeProblem({ first, last }: PageArguments): [argument: string, problem: string] | null {
  if (first != null && last != null) return ['last', 'It cannot be combined with "first".'];
  return problemOf('first', first) ?? problemOf('last', last);
}

function problemOf(
  name: string,
  size: number | null | undefined,
): [argument: string, problem: string] | null {
  if (size == null || (size >= 1 && size <= longestPage)) return null;
  return [name, `Expected 1 to ${longestPage}, but got ${size}.`];
}

function positionIn(argument: string, cursor: string | null | undefined, home: CursorHome): Position | null {
  if (cursor == null) return null;
  const found = readCursor(home, cursor);
  if (found === null) {
    throw invalidArgument(
      argument,
      `This is not a cursor of ${home.field} of this parent and in this order.`,
    );
  }
  return found;
}
