import { buildSchema, parse } from 'graphql';
import { buildExecutionContext } from 'graphql/execution/execute.js';
import { describe, expect, it } from 'vitest';
import type { Selection } from '../../src/graphql/execution/compiled.ts';
import { CompiledOperations } from '../../src/graphql/execution/operations.ts';

const schema = buildSchema('type Query { a: Int }');
const text =
  'query One($a: Boolean!, $n: Int) { a @skip(if: $a) } query Two { a } query Three($a: String) { a }';
const selection = (): Selection => ({ fields: [], namesProto: false });

function asked(operations: CompiledOperations, document = parse(text)) {
  return (operationName: string, variableValues: Record<string, unknown> = {}) => {
    const request = buildExecutionContext({ schema, document, operationName, variableValues });
    if (!('schema' in request)) throw new Error('Refused.');
    return operations.rootOf(document, request, selection);
  };
}

describe('a compiled operation', () => {
  it('is kept for its document', () => {
    const operations = new CompiledOperations();
    const root = asked(operations);
    expect(root('Two')).toBe(root('Two'));
    expect(asked(operations)('Two')).not.toBe(root('Two'));
  });

  it('is kept for each operation, and each value of the variables that decide what is selected', () => {
    const root = asked(new CompiledOperations());
    const one = root('One', { a: true, n: 1 });
    expect(root('One', { a: true, n: 2 })).toBe(one);
    expect(root('One', { a: false, n: 1 })).not.toBe(one);
    expect(root('Two')).not.toBe(one);
  });

  it('is not kept for each value of a variable that decides it in another operation alone', () => {
    const root = asked(new CompiledOperations());
    expect(root('Three', { a: 'x'.repeat(100) })).toBe(root('Three', { a: 'y' }));
  });

  it('is forgotten once too many fields were compiled', () => {
    const operations = new CompiledOperations(3);
    const root = asked(operations);
    const two = root('Two');
    operations.count(3);
    expect(root('Two')).toBe(two);
    operations.count(1);
    expect(root('Two')).not.toBe(two);
  });
});
