import { type GraphQLSchema, isObjectType } from 'graphql';
import { ListConnection } from './connection.ts';

/**
 * Answers the `nodes` of our lists with the rows that were read. Pothos defines that field for every connection, and
 * leaves no other place to: it takes each row out of an edge made for it, and looks whether it is a key to be loaded by,
 * which of a page is most of what there is to do.
 */
export function withQuickNodes(schema: GraphQLSchema): GraphQLSchema {
  for (const type of Object.values(schema.getTypeMap())) {
    const nodes = isObjectType(type) && type.getFields().edges ? type.getFields().nodes : undefined;
    const resolve = nodes?.resolve;
    if (nodes === undefined || resolve === undefined) continue;
    nodes.resolve = (parent: unknown, args, context, info) =>
      parent instanceof ListConnection ? parent.nodes : resolve(parent, args, context, info);
  }
  return schema;
}
