import { type ExecutionResult, NoSchemaIntrospectionCustomRule } from 'graphql';
import { isAsyncIterable, type Plugin } from 'graphql-yoga';

/** Refuses introspection: `__schema` and `__type` are validation errors. */
export function useNoIntrospection(): Plugin {
  return {
    onValidate({ addValidationRule }) {
      addValidationRule(NoSchemaIntrospectionCustomRule);
    },
  };
}

/** Takes "Did you mean …?" out of errors: it would give the schema away name by name. */
export function useNoSuggestions(): Plugin {
  return {
    onValidate() {
      return ({ valid, result, setResult }) => {
        if (!valid) setResult(result.map((error: Error) => withoutSuggestion(error)));
      };
    },
    onExecute() {
      return {
        onExecuteDone({ result, setResult }) {
          if (!isAsyncIterable(result) && result.errors) setResult(withoutSuggestions(result));
        },
      };
    },
  };
}

function withoutSuggestions(result: ExecutionResult): ExecutionResult {
  return { ...result, errors: (result.errors ?? []).map(withoutSuggestion) };
}

function withoutSuggestion<Problem extends Error>(error: Problem): Problem {
  error.message = error.message.replace(/ Did you mean [^?]*\?$/, '');
  return error;
}
