import { setImmediate } from 'node:timers/promises';
import fc from 'fast-check';
import {
  type DocumentNode,
  type ExecutionResult,
  execute as executeOfGraphQLJs,
  GraphQLError,
  parse,
} from 'graphql';
import { describe, expect, it } from 'vitest';
import { execute } from '../../src/graphql/execution/execute.ts';
import { Choices } from './fixtures/choices.ts';
import { documentOf, variablesOf } from './fixtures/documents.ts';
import { schema } from './fixtures/schema.ts';
import { Source } from './fixtures/source.ts';

type Execute = typeof execute | typeof executeOfGraphQLJs;

const runs = { numRuns: 400 };
const bytes = fc.noBias(fc.uint8Array({ minLength: 250, maxLength: 250 }));

interface Asked {
  readonly document: DocumentNode;
  readonly variableValues: Record<string, unknown>;
  readonly rootValue: Source;
}

/** All that can be seen of an execution from outside. */
async function seen(executor: Execute, asked: Asked) {
  const calls: string[] = [];
  const result = await executor({ ...asked, schema, contextValue: { calls } });
  const answer = JSON.stringify(result);
  // What failed is told before all that was asked for beside it has been called.
  await setImmediate();
  return { answer, errors: causes(result), calls };
}

/** Beside what the answer says of its errors. */
function causes({ errors = [] }: ExecutionResult) {
  return errors.map((error) => ({
    isGraphQLError: error instanceof GraphQLError,
    nodes: error.nodes?.map(({ loc }) => `${loc?.start}`),
    cause: `${error.originalError?.name} ${error.originalError?.message}`,
    extensions: error.extensions,
  }));
}

/** Of the same document with different variables, one after the other. */
function isAsGraphQLJs(waits: boolean) {
  return fc.asyncProperty(bytes, async (chosen) => {
    const document = parse(documentOf(new Choices(chosen)));
    const rootValue = new Source(chosen.join(), waits);
    for (const start of [0, 20, 40, 0]) {
      const variableValues = variablesOf(new Choices(chosen.slice(start)));
      const asked = { document, variableValues, rootValue };
      expect(await seen(execute, asked)).toEqual(await seen(executeOfGraphQLJs, asked));
    }
  });
}

describe('execution', () => {
  it("calls and answers as graphql-js' where all values are there at once", async () => {
    await fc.assert(isAsGraphQLJs(false), runs);
  });

  it("calls and answers as graphql-js' where some values are awaited", async () => {
    await fc.assert(isAsGraphQLJs(true), runs);
  });
});
