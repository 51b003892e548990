import { keyOfGlobalId } from '../global-id.ts';
import { invalidArgument } from './read-errors.ts';

/** The key in a read's global id of `type`. @throws GraphQLError INVALID_INPUT that names the argument */
export function idArgument(argument: string, value: string, type: string): string {
  const result = keyOfGlobalId(value, type);
  if ('problem' in result) throw invalidArgument(argument, result.problem);
  return result.key;
}

/** The keys in a list of 1 to `most` global ids of `type`, each once. @throws GraphQLError INVALID_INPUT that names the argument and the indices */
export function idsArgument(
  argument: string,
  values: readonly string[],
  type: string,
  most: number,
): string[] {
  if (values.length < 1 || values.length > most)
    throw invalidArgument(argument, `Expected 1 to ${most} ids, but got ${values.length}.`);
  const results = values.map((value) => keyOfGlobalId(value, type));
  const wrong = results.flatMap((result, index) => ('problem' in result ? [{ index, ...result }] : []));
  const [first] = wrong;
  if (first !== undefined)
    throw invalidArgument(
      argument,
      first.problem,
      wrong.map(({ index }) => index),
    );
  return [...new Set(results.flatMap((result) => ('key' in result ? result.key : [])))];
}
