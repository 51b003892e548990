import { type DocumentNode, type ExecutionArgs, GraphQLError, type ParseOptions, type Source } from 'graphql';
import type { Plugin } from 'graphql-yoga';
import { type DocumentLimits, defaultLimits, documentErrors, maxInputDepth } from './document-limits.ts';
import { isNestedDeeper } from './input-cost.ts';
import { costOf } from './known-costs.ts';
import { limitError } from './limit-error.ts';

type Parse = (source: string | Source, options?: ParseOptions) => DocumentNode;

/**
 * Refuses documents and operations past the limits with `LIMIT_EXCEEDED`: tokens while parsing, shape before the
 * standard validation rules (some of which take quadratic time), cost and depth of variables before anything runs.
 */
export function useLimits(limits: DocumentLimits = defaultLimits): Plugin {
  const known = new WeakMap<DocumentNode, readonly GraphQLError[]>();
  return {
    onParse({ parseFn, setParseFn }) {
      // Only what Yoga's cache doesn't know comes as far as the parser.
      setParseFn(boundedParse(parseFn, limits));
    },
    onValidate({ params, setResult }) {
      const document = params.documentAST;
      const errors = known.get(document) ?? documentErrors(document, limits);
      known.set(document, errors);
      if (errors.length > 0) setResult(errors);
    },
    onExecute({ args, setResultAndStopExecution }) {
      const error = operationError(args, limits);
      if (error) setResultAndStopExecution({ errors: [error] });
    },
    onSubscribe({ args, setResultAndStopExecution }) {
      const error = operationError(args, limits);
      if (error) setResultAndStopExecution({ errors: [error] });
    },
  };
}

function boundedParse(parse: Parse, { maxCharacters, maxTokens }: DocumentLimits): Parse {
  return (source, options) => {
    const { length } = typeof source === 'string' ? source : source.body;
    if (length > maxCharacters) throw tooManyCharacters(length, maxCharacters);
    try {
      return parse(source, { ...options, maxTokens });
    } catch (error) {
      throw asLimit(error, maxTokens) ?? error;
    }
  };
}

function tooManyCharacters(found: number, allowed: number): GraphQLError {
  return limitError('characters', `The query has ${found} characters; at most ${allowed} are allowed.`);
}

function asLimit(error: unknown, maxTokens: number): GraphQLError | undefined {
  // graphql-js gives this one no code or class of its own; a test holds its wording to be this.
  if (error instanceof GraphQLError && error.message.includes('Parsing aborted')) {
    return limitError(
      'tokens',
      `The query has more than ${maxTokens} tokens; at most ${maxTokens} are allowed.`,
    );
  }
  // Its parser recurses: two thousand opening brackets, well within the tokens, exhaust the stack.
  if (error instanceof RangeError) {
    return limitError('depth', 'The query nests too deeply to be parsed.');
  }
  return undefined;
}

function operationError(args: ExecutionArgs, limits: DocumentLimits): GraphQLError | undefined {
  const maxInput = maxInputDepth(limits);
  for (const value of Object.values(args.variableValues ?? {})) {
    if (isNestedDeeper(value, maxInput)) return inputDepthError(maxInput);
  }
  const { points: cost } = costOf(args);
  if (cost <= limits.maxCost) return undefined;
  return limitError('cost', `The query may cost ${cost} points; at most ${limits.maxCost} are allowed.`);
}

function inputDepthError(allowed: number): GraphQLError {
  return limitError(
    'depth',
    `A variable nests more than ${allowed} lists and objects; at most ${allowed} are allowed.`,
  );
}
