import { keyOfGlobalId } from '../global-id.ts';
import { invalidArgument } from './read-errors.ts';

/** The key in a read's global id of `type`. @throws GraphQLError INVALID_INPUT that names the argument */
export function idArgument(argument: string, value: string, type: string): string {
  const result = keyOfGlobalId(value, type);
  if ('problem' in result) throw invalidArgument(argument, result.problem);
  return result.key;
}
