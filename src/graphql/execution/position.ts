import { type GraphQLResolveInfo, locatedError, responsePathAsArray } from 'graphql';
import type { Path } from 'graphql/jsutils/Path.js';
import { isPromise, type Position, type Run } from './compiled.ts';

/**
 * What is told of a value, or of a promise of it, at a position; null, and an error in the answer, where that fails.
 * @throws GraphQLError that error where null may not stand
 */
export function tell(
  run: Run,
  position: Position,
  value: unknown,
  info: GraphQLResolveInfo,
  path: Path,
): unknown {
  try {
    const told = isPromise(value)
      ? whenThere(run, position, value, info, path)
      : complete(run, position, value, info, path);
    return isPromise(told) ? settled(run, position, told, info, path) : told;
  } catch (error) {
    return failed(run, position, error, info, path);
  }
}

// Apart from `tell`, which would otherwise make room for what these functions hold each time that it is called.
function whenThere(
  run: Run,
  position: Position,
  value: PromiseLike<unknown>,
  info: GraphQLResolveInfo,
  path: Path,
): PromiseLike<unknown> {
  return value.then((there) => complete(run, position, there, info, path));
}

/** A promise of what is told, or of what `failed` makes of its failure. */
function settled(
  run: Run,
  position: Position,
  told: PromiseLike<unknown>,
  info: GraphQLResolveInfo,
  path: Path,
): PromiseLike<unknown> {
  return told.then(undefined, (error: unknown) => failed(run, position, error, info, path));
}

function complete(
  run: Run,
  position: Position,
  value: unknown,
  info: GraphQLResolveInfo,
  path: Path,
): unknown {
  const told = position.complete(run, value, info, path);
  if (told === null && position.isNonNull) throw nullError(info);
  return told;
}

/** That a resolver answered with null where its field may not be null. */
function nullError({ parentType, fieldName }: GraphQLResolveInfo): Error {
  return new Error(`Cannot return null for non-nullable field ${parentType.name}.${fieldName}.`);
}

/** Answers null for what has failed, and tells its error. @throws GraphQLError that error where null may not stand */
export function failed(
  run: Run,
  position: Position,
  error: unknown,
  info: GraphQLResolveInfo,
  path: Path,
): null {
  const located = locatedError(error, info.fieldNodes, responsePathAsArray(path));
  if (position.isNonNull) throw located;
  run.request.collectedErrors.add(located, path);
  return null;
}
