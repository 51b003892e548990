import {
  type DocumentNode,
  type ExecutionArgs,
  type ExecutionResult,
  GraphQLError,
  OperationTypeNode,
} from 'graphql';
import {
  assertValidExecutionArguments,
  buildExecutionContext,
  type ExecutionContext,
} from 'graphql/execution/execute.js';
import { compileRoot } from './compile.ts';
import { isPromise, type Run } from './compiled.ts';
import { executeFields, executeSerially } from './fields.ts';
import { CompiledOperations } from './operations.ts';

const compiled = new CompiledOperations();

/**
 * Executes an operation as graphql-js' `execute` does, to the same answer and the same errors, and sooner: what an
 * operation selects is found once for its document, and not again for each object. A subscription is executed for one event.
 */
export function execute(
  args: Omit<ExecutionArgs, 'fieldResolver' | 'typeResolver' | 'subscribeFieldResolver'>,
): ExecutionResult | Promise<ExecutionResult> {
  const { schema, document, variableValues } = args;
  assertValidExecutionArguments(schema, document, variableValues);
  const request = buildExecutionContext(args);
  if (!('schema' in request)) return { errors: request };
  const run: Run = { request, arguments: new Map(), count: compiled.count };
  try {
    const data = executeRoot(run, document);
    if (!isPromise(data)) return answer(request, data);
    return Promise.resolve(data).then(
      (there) => answer(request, there),
      (error) => failedAnswer(request, error),
    );
  } catch (error) {
    return failedAnswer(request, error);
  }
}

function executeRoot(run: Run, document: DocumentNode) {
  const { schema, operation, rootValue } = run.request;
  const type = schema.getRootType(operation.operation);
  if (!type) {
    const problem = `Schema is not configured to execute ${operation.operation} operation.`;
    throw new GraphQLError(problem, { nodes: operation });
  }
  const root = compiled.rootOf(document, run.request, () => compileRoot(run, type));
  return operation.operation === OperationTypeNode.MUTATION
    ? executeSerially(run, root, rootValue)
    : executeFields(run, root, rootValue, undefined);
}

type Data = NonNullable<ExecutionResult['data']>;

function answer({ collectedErrors: { errors } }: ExecutionContext, data: Data | null): ExecutionResult {
  return errors.length === 0 ? { data } : { errors, data };
}

function failedAnswer(request: ExecutionContext, error: unknown): ExecutionResult {
  request.collectedErrors.add(error as GraphQLError, undefined);
  return answer(request, null);
}
