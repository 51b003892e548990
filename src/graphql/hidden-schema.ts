import { NoSchemaIntrospectionCustomRule } from 'graphql';
import { isAsyncIterable, type Plugin } from 'graphql-yoga';

/** Refuses introspection: `__schema` and `__type` are validation errors. */
export function useNoIntrospection(): Plugin {
  return {
    onValidate({ addValidationRule }) {
      addValidationRule(NoSchemaIntrospectionCustomRule);
    },
  };
}

/** What graphql-js tells of names that the caller didn't send, and what is told instead. */
const tellingMessages: readonly [told: RegExp, instead: string][] = [
  [/ Did you mean .*\?$/s, ''],
  [/Field "[\w.]+" of required type "[^"]+" was not provided\.$/, 'A required field was not provided.'],
  [
    /^Field "(\w+)" argument "\w+" of type "[^"]+" is required, but it was not provided\.$/,
    'Field "$1" lacks a required argument.',
  ],
  [/Exactly one key must be specified for OneOf type "[^"]+"\.$/, 'Exactly one key must be specified.'],
];

/** Takes out of errors what would give the schema away name by name: suggestions, and what is missing. */
export function useHiddenNames(): Plugin {
  return {
    onValidate() {
      return ({ valid, result, setResult }) => {
        if (!valid) setResult(result.map((error: Error) => withoutNames(error)));
      };
    },
    onExecute() {
      return {
        onExecuteDone({ result, setResult }) {
          if (!isAsyncIterable(result) && result.errors)
            setResult({ ...result, errors: result.errors.map(withoutNames) });
        },
      };
    },
  };
}

function withoutNames<Problem extends Error>(error: Problem): Problem {
  for (const [told, instead] of tellingMessages) error.message = error.message.replace(told, instead);
  return error;
}
