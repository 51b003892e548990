import { defaultFieldResolver, type FieldNode, type GraphQLObjectType } from 'graphql';
import { collectFields, collectSubfields } from 'graphql/execution/collectFields.js';
import { getFieldDef } from 'graphql/execution/execute.js';
import { argumentReader } from './arguments.ts';
import type { CompiledField, Run, Selection } from './compiled.ts';
import { positionOf } from './complete.ts';

/** Compiles what an operation selects of its root type. @throws GraphQLError for a condition that is null */
export function compileRoot(run: Run, type: GraphQLObjectType): Selection {
  const { schema, fragments, variableValues, operation } = run.request;
  return compile(run, type, collectFields(schema, fragments, variableValues, type, operation.selectionSet));
}

function compile(
  run: Run,
  type: GraphQLObjectType,
  collected: ReadonlyMap<string, readonly FieldNode[]>,
): Selection {
  const fields = [...collected].flatMap(([name, nodes]) => compileField(run, type, name, nodes) ?? []);
  run.count(1 + fields.length);
  return { fields, namesProto: collected.has('__proto__') };
}

/** Undefined for a field that the type doesn't have. */
function compileField(
  { request }: Run,
  parentType: GraphQLObjectType,
  responseName: string,
  nodes: readonly FieldNode[],
): CompiledField | undefined {
  const [node] = nodes;
  const definition = node && getFieldDef(request.schema, parentType, node);
  if (!definition) return undefined;
  const position = positionOf(definition.type, (run, type) => {
    const { schema, fragments, variableValues } = run.request;
    return compile(run, type, collectSubfields(schema, fragments, variableValues, type, nodes));
  });
  const resolve = definition.resolve ?? defaultFieldResolver;
  const isRead = position.isLeaf && resolve === defaultFieldResolver && definition.args.length === 0;
  return {
    responseName,
    definition,
    parentType,
    nodes,
    property: isRead ? definition.name : null,
    resolve,
    readArguments: argumentReader(definition, node),
    position,
  };
}
