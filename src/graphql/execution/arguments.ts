import { type FieldNode, type GraphQLField, getArgumentValues, Kind, type ValueNode } from 'graphql';
import type { Arguments, ReadArguments } from './compiled.ts';

const none: Arguments = Object.freeze({});

/**
 * Reads a field's arguments: once and for all where they hold no variables, else once for each run. All calls of a
 * resolver share them, so that they are frozen. @throws GraphQLError for a variable that is null where it can't be
 */
export function argumentReader(definition: GraphQLField<unknown, unknown>, node: FieldNode): ReadArguments {
  if (definition.args.length === 0) return () => none;
  const hasVariables = node.arguments?.some(({ value }) => holdsVariable(value)) ?? false;
  return hasVariables ? readEachRun(definition, node) : readOnce(definition, node);
}

function readOnce(definition: GraphQLField<unknown, unknown>, node: FieldNode): ReadArguments {
  let known: Arguments | undefined;
  return () => {
    known ??= Object.freeze(getArgumentValues(definition, node));
    return known;
  };
}

function readEachRun(definition: GraphQLField<unknown, unknown>, node: FieldNode): ReadArguments {
  const read: ReadArguments = (run) => {
    const known = run.arguments.get(read);
    if (known !== undefined) return known;
    const values = Object.freeze(getArgumentValues(definition, node, run.request.variableValues));
    run.arguments.set(read, values);
    return values;
  };
  return read;
}

function holdsVariable(value: ValueNode): boolean {
  switch (value.kind) {
    case Kind.VARIABLE:
      return true;
    case Kind.LIST:
      return value.values.some(holdsVariable);
    case Kind.OBJECT:
      return value.fields.some((field) => holdsVariable(field.value));
    default:
      return false;
  }
}
