import {
  type DocumentNode,
  type ExecutionArgs,
  type ExecutionResult,
  GraphQLError,
  type ValidationRule,
  validate,
} from 'graphql';
import type { Plugin } from 'graphql-yoga';
import type { Context } from './context.ts';
import { execute } from './execution/execute.ts';
import type { MaskError } from './fan-out/subscriber.ts';
import { LentContext } from './lent-context.ts';
import { LiveStream } from './live-stream.ts';
import { subscribeToEvents } from './subscribe.ts';

/** Errors that are told in one answer. Looking for the words of each takes time, and who sent a hundred doesn't read them. */
const mostErrors = 20;
const mostCoercionErrors = 5;

/**
 * Validates with graphql-js, and executes to the same answers. Yoga's own executor writes a field when its promise settles,
 * so that they come in another order than they were asked for, which the specification advises against. `maskError` says
 * what is told of errors in events.
 */
export function useExecution(
  { suggestions }: { readonly suggestions: boolean },
  maskError: MaskError,
): Plugin {
  const hideSuggestions = !suggestions;
  // The rules are the same for all requests, and so is what they find.
  const validated = new WeakMap<DocumentNode, readonly GraphQLError[]>();
  return {
    onValidate({ params: { documentAST }, addValidationRule, setValidationFn }) {
      const known = validated.get(documentAST);
      if (known !== undefined) return setValidationFn(() => known);
      addValidationRule(knownOperations);
      setValidationFn((schema, document, rules, options) => {
        const errors = validate(schema, document, rules, {
          ...options,
          maxErrors: mostErrors,
          hideSuggestions,
        });
        validated.set(documentAST, errors);
        return errors;
      });
    },
    onExecute({ setExecuteFn }) {
      const options = { maxCoercionErrors: mostCoercionErrors };
      setExecuteFn((args: ExecutionArgs) => {
        const contextValue = new LentContext(args.contextValue as Context);
        const result = execute({ ...args, contextValue, options, hideSuggestions });
        if (result instanceof Promise) return result.finally(() => contextValue.takeBack());
        refuseUnlessRun(result);
        return result;
      });
    },
    onSubscribe({ setSubscribeFn }) {
      const options = { maxCoercionErrors: mostCoercionErrors };
      setSubscribeFn(async (args: ExecutionArgs) => {
        const result = await subscribeToEvents({ ...args, options, hideSuggestions }, maskError);
        if (!(result instanceof LiveStream)) refuseUnlessRun(result);
        return result;
      });
    },
  };
}

/** What graphql-js finds only when it executes. */
const knownOperations: ValidationRule = (context) => ({
  OperationDefinition(operation) {
    if (context.getSchema().getRootType(operation.operation)) return;
    context.reportError(new GraphQLError(`There is no ${operation.operation}.`, { nodes: operation }));
  },
});

/** Without `data` nothing ran, for the sake of a variable: that is HTTP 400 as for every other malformed request. */
function refuseUnlessRun({ data, errors }: ExecutionResult): void {
  if (data !== undefined) return;
  for (const { extensions } of errors ?? []) extensions.http ??= { spec: true, status: 400 };
}
