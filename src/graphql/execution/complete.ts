import {
  defaultTypeResolver,
  type GraphQLAbstractType,
  GraphQLError,
  type GraphQLIsTypeOfFn,
  type GraphQLList,
  type GraphQLObjectType,
  type GraphQLOutputType,
  getNullableType,
  isAbstractType,
  isLeafType,
  isListType,
  isNonNullType,
} from 'graphql';
import { inspect } from 'graphql/jsutils/inspect.js';
import { isIterableObject } from 'graphql/jsutils/isIterableObject.js';
import { addPath } from 'graphql/jsutils/Path.js';
import { isPromise, type Position, type Select, type Selection } from './compiled.ts';
import { executeFields } from './fields.ts';
import { serialize, toldAsItIs } from './leaf.ts';
import { tell } from './position.ts';
import { runtimeType } from './runtime-type.ts';

type Complete = Position['complete'];

/** How values of a type are told. */
export function positionOf(type: GraphQLOutputType, select: Select): Position {
  const isNonNull = isNonNullType(type);
  const nullable = getNullableType(type);
  if (isLeafType(nullable)) {
    const complete: Complete = (_run, value) => serialize(nullable, value);
    return { isNonNull, isLeaf: true, isTold: toldAsItIs(nullable), complete };
  }
  const complete = completeIfThere(completeOf(nullable, select));
  return { isNonNull, isLeaf: false, isTold: null, complete };
}

function completeOf(
  type: GraphQLList<GraphQLOutputType> | GraphQLAbstractType | GraphQLObjectType,
  select: Select,
): Complete {
  if (isListType(type)) return completeList(positionOf(type.ofType, select));
  return isAbstractType(type) ? completeAbstract(type, select) : completeObject(type, select);
}

/** What has failed, or is not there, is nothing to complete. */
function completeIfThere(complete: Complete): Complete {
  return (run, value, info, path) => {
    if (value instanceof Error) throw value;
    return value == null ? null : complete(run, value, info, path);
  };
}

function completeList(item: Position): Complete {
  return (run, value, info, path) => {
    if (!isIterableObject(value)) {
      const name = `${info.parentType.name}.${info.fieldName}`;
      throw new GraphQLError(`Expected Iterable, but did not find one for field "${name}".`);
    }
    const items: unknown[] = [];
    let waits = false;
    try {
      for (const one of value) {
        const told = tell(run, item, one, info, addPath(path, items.length, undefined));
        items.push(told);
        waits ||= isPromise(told);
      }
    } catch (error) {
      // Nobody will ask what becomes of the others.
      if (waits) void Promise.allSettled(items);
      throw error;
    }
    return waits ? Promise.all(items) : items;
  };
}

function completeAbstract(type: GraphQLAbstractType, select: Select): Complete {
  const known = new Map<GraphQLObjectType, Complete>();
  const completeAs = (found: GraphQLObjectType) => {
    const complete = known.get(found) ?? completeObject(found, select);
    known.set(found, complete);
    return complete;
  };
  return (run, value, info, path) => {
    const resolveType = type.resolveType ?? defaultTypeResolver;
    const name: unknown = resolveType(value, run.request.contextValue, info, type);
    if (!isPromise(name)) return completeAs(runtimeType(type, name, value, info))(run, value, info, path);
    return name.then((found) => completeAs(runtimeType(type, found, value, info))(run, value, info, path));
  };
}

function completeObject(type: GraphQLObjectType, select: Select): Complete {
  let selection: Selection | undefined;
  const complete: Complete = (run, value, _info, path) => {
    selection ??= select(run, type);
    return executeFields(run, selection, value, path);
  };
  return type.isTypeOf ? completeIfOf(type, type.isTypeOf, complete) : complete;
}

function completeIfOf(
  type: GraphQLObjectType,
  isTypeOf: GraphQLIsTypeOfFn<unknown, unknown>,
  complete: Complete,
): Complete {
  return (run, value, info, path) => {
    const completeIf = (isOf: boolean) => {
      if (isOf) return complete(run, value, info, path);
      const problem = `Expected value of type "${type.name}" but got: ${inspect(value)}.`;
      throw new GraphQLError(problem, { nodes: info.fieldNodes });
    };
    const isOf = isTypeOf(value, run.request.contextValue, info);
    return isPromise(isOf) ? isOf.then(completeIf) : completeIf(isOf);
  };
}
