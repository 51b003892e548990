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

/** Whether a value of a scalar or an enum is told as it is; null where no value is. */
export function toldAsItIs(type: GraphQLLeafType): ((value: unknown) => boolean) | null {
  return toldAsIs.get(type) ?? null;
}

/** Tells a value of a scalar or an enum. @throws what the type throws, and what is given to it as an Error */
export function serialize(type: GraphQLLeafType, value: unknown): unknown {
  if (value instanceof Error) throw value;
  if (value == null) return null;
  const serialized = type.serialize(value);
  if (serialized != null) return serialized;
  throw new Error(
    `Expected \`${inspect(type)}.serialize(${inspect(value)})\` to return non-nullable value, returned: ${inspect(serialized)}`,
  );
}
