import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  type ConstDirectiveNode,
  type FieldDefinitionNode,
  type InputValueDefinitionNode,
  Kind,
  parse,
  print,
  printSchema,
  type TypeDefinitionNode,
} from 'graphql';
import { describe, expect, it } from 'vitest';
import { schema } from '../../src/schema.ts';

/** Everything that a type promises, one line each: what a client could notice if it went away. */
function promisesOf(type: TypeDefinitionNode): string[] {
  const { value: name } = type.name;
  const promises = [
    `${type.kind} ${name}`,
    ...(type.directives ?? []).filter(isOneOf).map(() => `${name} @oneOf`),
  ];
  if (type.kind === Kind.ENUM_TYPE_DEFINITION) {
    promises.push(...(type.values ?? []).map((value) => `${name}.${value.name.value}`));
  } else if (type.kind === Kind.UNION_TYPE_DEFINITION) {
    promises.push(...(type.types ?? []).map((member) => `${name} has ${member.name.value}`));
  } else if (type.kind === Kind.INPUT_OBJECT_TYPE_DEFINITION) {
    promises.push(...(type.fields ?? []).map((field) => `${name}.${inputOf(field)}`));
  } else if (type.kind !== Kind.SCALAR_TYPE_DEFINITION) {
    promises.push(...(type.interfaces ?? []).map((each) => `${name} implements ${each.name.value}`));
    promises.push(...(type.fields ?? []).flatMap((field) => promisesOfField(name, field)));
  }
  return promises;
}

function isOneOf({ name }: ConstDirectiveNode): boolean {
  return name.value === 'oneOf';
}

function promisesOfField(type: string, field: FieldDefinitionNode): string[] {
  const name = `${type}.${field.name.value}`;
  return [
    `${name}: ${print(field.type)}`,
    ...(field.arguments ?? []).map((arg) => `${name}(${inputOf(arg)})`),
  ];
}

function inputOf({ name, type, defaultValue }: InputValueDefinitionNode): string {
  return `${name.value}: ${print(type)}${defaultValue ? ` = ${print(defaultValue)}` : ''}`;
}

function typesOf(text: string): TypeDefinitionNode[] {
  return parse(text).definitions.filter(
    (definition): definition is TypeDefinitionNode => 'name' in definition,
  );
}

describe('the contract with frontends', () => {
  const contract = typesOf(readFileSync(join(import.meta.dirname, 'contract.graphql'), 'utf8'));
  const kept = new Set(typesOf(printSchema(schema)).flatMap(promisesOf));
  const requiredInputs = typesOf(printSchema(schema))
    .filter((type) => type.kind === Kind.INPUT_OBJECT_TYPE_DEFINITION)
    .flatMap((type) =>
      (type.fields ?? [])
        .filter((field) => field.type.kind === Kind.NON_NULL_TYPE && !field.defaultValue)
        .map((field) => `${type.name.value}.${inputOf(field)}`),
    );

  it('covers every type of the schema', () => {
    const promised = new Set(contract.map(({ name }) => name.value));
    expect(typesOf(printSchema(schema)).filter(({ name }) => !promised.has(name.value))).toEqual([]);
  });

  it.each(contract.map((type) => [type.name.value, type] as const))('is kept by %s', (_name, type) => {
    expect(promisesOf(type).filter((promise) => !kept.has(promise))).toEqual([]);
  });

  it('is not broken by inputs that ask for more than they did', () => {
    const promised = new Set(contract.flatMap(promisesOf));
    expect(requiredInputs.filter((field) => !promised.has(field))).toEqual([]);
  });
});
