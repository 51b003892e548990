import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  type GraphQLNamedType,
  getNamedType,
  getNullableType,
  isCompositeType,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isIntrospectionType,
  isListType,
  isObjectType,
  isSpecifiedDirective,
  isSpecifiedScalarType,
  isUnionType,
  lexicographicSortSchema,
  printSchema,
} from 'graphql';
import { describe, expect, it } from 'vitest';
import { schema } from '../../src/schema.ts';

interface Described {
  readonly description?: string | null | undefined;
}

const types = Object.values(schema.getTypeMap()).filter(
  (type) => !isIntrospectionType(type) && !isSpecifiedScalarType(type),
);

function partsOf(type: GraphQLNamedType): [name: string, part: Described][] {
  if (isEnumType(type)) return type.getValues().map((value) => [`${type.name}.${value.name}`, value]);
  if (isInputObjectType(type)) {
    return Object.values(type.getFields()).map((field) => [`${type.name}.${field.name}`, field]);
  }
  if (!isObjectType(type) && !isInterfaceType(type)) return [];
  return Object.values(type.getFields()).flatMap((field): [string, Described][] => [
    [`${type.name}.${field.name}`, field],
    ...field.args.map((arg): [string, Described] => [`${type.name}.${field.name}(${arg.name}:)`, arg]),
  ]);
}

describe('the schema', () => {
  it('is the one that schema.graphql shows', () => {
    const shown = readFileSync(join(import.meta.dirname, '../../schema.graphql'), 'utf8');
    const built = `${printSchema(lexicographicSortSchema(schema))}\n`;
    expect(shown, 'schema.graphql is out of date: run `npm run print-schema` and commit it').toBe(built);
  });

  it('describes every type, field, argument, input field and enum value', () => {
    const parts = types.flatMap((type) => [[type.name, type] as [string, Described], ...partsOf(type)]);
    expect(parts.length).toBeGreaterThan(300);
    expect(parts.filter(([, { description }]) => !description?.trim()).map(([name]) => name)).toEqual([]);
  });

  it('describes every directive of its own', () => {
    const own = schema.getDirectives().filter((directive) => !isSpecifiedDirective(directive));
    expect(own.filter(({ description }) => !description?.trim()).map(({ name }) => name)).toEqual([]);
  });

  it('names inputs, payloads and results after their mutations', () => {
    for (const { name, args, type } of Object.values(schema.getMutationType()?.getFields() ?? {})) {
      const capital = name.charAt(0).toUpperCase() + name.slice(1);
      expect([args.map((arg) => `${arg.name}: ${arg.type}`), String(type)]).toEqual([
        name === 'createSubscriptionTicket' ? [] : [`input: ${capital}Input!`],
        `${capital}Result`,
      ]);
      expect(schema.getType(`${capital}Payload`)).toBeDefined();
    }
  });

  it('says of every list that leads on how long it may be, so that its cost is known', () => {
    const leadsOn = (type: GraphQLNamedType) =>
      isInterfaceType(type) ||
      isUnionType(type) ||
      (isObjectType(type) &&
        Object.values(type.getFields()).some((field) => isCompositeType(getNamedType(field.type))));
    const lists = types
      .filter((type) => isObjectType(type) && !/(Connection|Error)$/.test(type.name))
      .flatMap((type) =>
        Object.values(isObjectType(type) ? type.getFields() : {}).map((field) => ({ type, field })),
      )
      .filter(({ field }) => isListType(getNullableType(field.type)) && leadsOn(getNamedType(field.type)));
    const unknown = lists.filter(
      ({ field }) =>
        typeof field.extensions.rows !== 'number' &&
        !field.args.some((arg) => isListType(getNullableType(arg.type))),
    );
    expect(lists.length).toBeGreaterThan(3);
    expect(unknown.map(({ type, field }) => `${type.name}.${field.name}`)).toEqual([]);
  });
});
