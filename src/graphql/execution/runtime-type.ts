import {
  type GraphQLAbstractType,
  GraphQLError,
  type GraphQLObjectType,
  type GraphQLResolveInfo,
  isObjectType,
} from 'graphql';
import { inspect } from 'graphql/jsutils/inspect.js';

/** The object type that a value of an abstract type has been found to be of. @throws GraphQLError if it can't be, in graphql-js' words */
export function runtimeType(
  abstract: GraphQLAbstractType,
  name: unknown,
  value: unknown,
  { schema, fieldNodes: nodes, parentType, fieldName }: GraphQLResolveInfo,
): GraphQLObjectType {
  const place = `for field "${parentType.name}.${fieldName}"`;
  const mustResolve = `Abstract type "${abstract.name}" must resolve to an Object type at runtime ${place}`;
  const resolved = `Abstract type "${abstract.name}" was resolved to a`;
  if (name == null) {
    const remedy = `Either the "${abstract.name}" type should provide a "resolveType" function or each possible type should provide an "isTypeOf" function.`;
    throw new GraphQLError(`${mustResolve}. ${remedy}`, { nodes });
  }
  if (isObjectType(name)) {
    throw new GraphQLError(
      'Support for returning GraphQLObjectType from resolveType was removed in graphql-js@16.0.0 please return type name instead.',
    );
  }
  if (typeof name !== 'string')
    throw new GraphQLError(`${mustResolve} with value ${inspect(value)}, received "${inspect(name)}".`);
  const type = schema.getType(name);
  if (type === undefined) {
    throw new GraphQLError(`${resolved} type "${name}" that does not exist inside the schema.`, { nodes });
  }
  if (!isObjectType(type)) throw new GraphQLError(`${resolved} non-object type "${name}".`, { nodes });
  if (schema.isSubType(abstract, type)) return type;
  const problem = `Runtime Object type "${type.name}" is not a possible type for "${abstract.name}".`;
  throw new GraphQLError(problem, { nodes });
}
