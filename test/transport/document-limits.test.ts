import { getIntrospectionQuery, parse } from 'graphql';
import { describe, expect, it } from 'vitest';
import { defaultLimits, documentErrors } from '../../src/graphql/limits/document-limits.ts';
import { measureDocument } from '../../src/graphql/limits/measure-document.ts';
import { startServer } from './fixtures/server.ts';

const nested = (levels: number) => `${'{ group '.repeat(levels - 1)}{ hello }${' }'.repeat(levels - 1)}`;
const times = (count: number, write: (index: number) => string) =>
  Array.from({ length: count }, (_, i) => write(i)).join(' ');
const measured = (query: string) => measureDocument(parse(query));
const refused = (query: string) =>
  documentErrors(parse(query), defaultLimits).map((error) => error.extensions.limit);

describe('the limits on a document', () => {
  it('allow 20 fields in each other, and not 21', () => {
    expect(refused(nested(20))).toEqual([]);
    expect(refused(nested(21))).toEqual(['depth']);
  });

  it('allow 50 operations and fragments, and not 51, those included that are not there', () => {
    const query = (spreads: number, fragments: number) =>
      `{ ${times(spreads, (i) => `...F${i}`)} } ${times(fragments, (i) => `fragment F${i} on Query { hello }`)}`;
    expect(refused(query(49, 49))).toEqual([]);
    expect(refused(query(49, 50))).toEqual(['definitions']);
    expect(refused(query(50, 1))).toEqual(['definitions']);
  });

  it('count depth through fragments', () => {
    expect(measured('{ group { ...A } } fragment A on Group { parent { ... { name } } }').depth).toBe(3);
  });

  it('allow the introspection query of GraphiQL', () => {
    const query = getIntrospectionQuery({
      schemaDescription: true,
      inputValueDeprecation: true,
      oneOf: true,
    });
    expect(refused(query)).toEqual([]);
  });

  it('allow 50 aliases, and not 51', () => {
    expect(refused(`{ ${times(50, (i) => `a${i}: hello`)} }`)).toEqual([]);
    expect(refused(`{ ${times(51, (i) => `a${i}: hello`)} }`)).toEqual(['aliases']);
  });

  it('count the aliases of a fragment wherever it is spread', () => {
    const query = `{ ${times(6, (i) => `g${i}: group { ...A }`)} } fragment A on Group { ${times(9, (i) => `n${i}: name`)} }`;
    expect(measured(query).aliases).toBe(6 + 6 * 9);
  });

  it('allow a field 20 times in a selection set, and not 21, inline fragments included', () => {
    expect(refused(`{ ${'hello '.repeat(20)} }`)).toEqual([]);
    expect(refused(`{ ${'hello '.repeat(20)} ... { hello } }`)).toEqual(['fields']);
  });

  it('allow the same field any number of times in different selection sets', () => {
    expect(refused(`{ ${times(40, (i) => `a${i}: group { name }`)} }`)).toEqual([]);
  });

  it('allow 50 directives in the document, and not 51', () => {
    const query = (count: number) =>
      `{ ${times(count, (i) => `... @include(if: true) { a${i % 40}: hello }`)} }`;
    expect(refused(query(50))).toEqual([]);
    expect(refused(query(51))).toContain('directives');
  });

  it('allow 10 directives on one node, and not 11', () => {
    expect(refused(`{ hello ${'@a '.repeat(10)} }`)).toEqual([]);
    expect(refused(`{ hello ${'@a '.repeat(11)} }`)).toEqual(['directives']);
  });

  it('allow an input value 40 lists and objects deep, and not 41', () => {
    const query = (levels: number) => `{ hello(list: ${'['.repeat(levels)}${']'.repeat(levels)}) }`;
    expect(refused(query(40))).toEqual([]);
    expect(refused(query(41))).toEqual(['depth']);
  });
});

describe('a walk over fragments', () => {
  const bomb = `{ ...F0 } ${times(30, (i) => `fragment F${i} on Query { a: group { ...F${i + 1} } b: group { ...F${i + 1} } }`)}
    fragment F30 on Query { hello }`;

  it('visits each selection once, though thirty levels of doubling hold a billion fields', () => {
    expect(measured(bomb)).toMatchObject({ visited: 1 + 30 * 4 + 1, depth: 31, aliases: 2 ** 31 - 2 });
  });

  it('never counts past the largest safe integer', () => {
    const wide = `{ ...F0 } ${times(99, (i) => `fragment F${i} on Query { ${times(9, (j) => `a${j}: group { ...F${i + 1} }`)} }`)}`;
    expect(measured(wide).aliases).toBeLessThanOrEqual(Number.MAX_SAFE_INTEGER);
  });

  it('ends at a fragment that spreads itself, through others too', () => {
    expect(measured('{ ...A } fragment A on Query { hello ...B } fragment B on Query { ...A }').visited).toBe(
      4,
    );
  });

  it('leaves circular fragments to the standard rules', async () => {
    const server = await startServer();
    const { errors } = await server.ask('{ ...A } fragment A on Query { hello ...A }');
    expect(errors?.[0]).toMatchObject({ message: 'Cannot spread fragment "A" within itself.' });
  });
});
