import {
  GraphQLBoolean,
  GraphQLFloat,
  GraphQLID,
  GraphQLInt,
  type GraphQLLeafType,
  GraphQLString,
} from 'graphql';
import { inspect } from 'graphql/jsutils/inspect.js';

const isString = (value: unknown) => typeof value === 'string';

/** The values that these scalars tell as they are. */
const toldAsIs = new Map<GraphQLLeafType, (value: unknown) => boolean>([
  [GraphQLString, isString],
  [GraphQLID, isString],
  [GraphQLInt, (value) => typeof value === 'number' && (value | 0) === value],
  [GraphQLFloat, (value) => Number.isFinite(value)],
  [GraphQLBoolean, (value) => typeof value === 'boolean'],
]);

/** Tells values of a scalar or an enum. What it makes @throws what the type throws, and what it is given as an Error */
export function serializer(type: GraphQLLeafType): (value: unknown) => unknown {
  const isTold = toldAsIs.get(type);
  if (isTold === undefined) return (value) => serialize(type, value);
  return (value) => (isTold(value) ? value : serialize(type, value));
}

function serialize(type: GraphQLLeafType, value: unknown): unknown {
  if (value instanceof Error) throw value;
  if (value == null) return null;
  const serialized = type.serialize(value);
  if (serialized != null) return serialized;
  throw new Error(
    `Expected \`${inspect(type)}.serialize(${inspect(value)})\` to return non-nullable value, returned: ${inspect(serialized)}`,
  );
}
