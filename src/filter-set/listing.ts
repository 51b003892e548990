import { type Connection, connect, type MaybePromise } from '../graphql/connection.ts';
import type { Context } from '../graphql/context.ts';
import { batched } from '../graphql/loader.ts';
import type { PageArguments } from '../graphql/page-arguments.ts';
import type { StudyRow } from '../study/loaders.ts';
import { countUsers, loadUserPages, type Users, userOrder } from './listing-loaders.ts';

const pages = batched(loadUserPages);
const counts = batched(countUsers);

/** A page of the studies that take their filters from a filter set, as `field` lists them. */
export function listUsers(
  field: string,
  users: Users,
  filterSetKey: number,
  args: PageArguments,
  context: Context,
): MaybePromise<Connection<StudyRow>> {
  return connect<StudyRow>(args, {
    field,
    parent: filterSetKey,
    order: userOrder,
    positionOf: (study) => [study.key],
    load: (range) => pages(context, { users, range }).load(filterSetKey),
    totalCount: () => counts(context, { users }).load(filterSetKey),
  });
}
