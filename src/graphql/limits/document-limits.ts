import type { DocumentNode, GraphQLError } from 'graphql';
import type { JsonLimits } from './json-shape.ts';
import { type Limit, limitError } from './limit-error.ts';
import { measureDocument } from './measure-document.ts';

export interface DocumentLimits extends JsonLimits {
  /** Characters of the document (UTF-16 units): its names and texts are told back in errors. */
  readonly maxCharacters: number;
  /** Lexical tokens in the document; parsing stops at the first one past it. */
  readonly maxTokens: number;
  /** Operations and fragments, those included that are spread and not there: comparing them takes quadratic time. */
  readonly maxDefinitions: number;
  /** Fields nested in fields. Input values may nest as deep, counting an object and the list it stands in as one. */
  readonly maxDepth: number;
  /** Aliased fields in an operation, those of a fragment counted wherever it is spread. */
  readonly maxAliases: number;
  /** How often one response field, or one fragment, may be selected in one selection set. */
  readonly maxRepeatedFields: number;
  /** Directives in the whole document; a single node may carry at most ten. */
  readonly maxDirectives: number;
  /** What `operationCost` may come to. */
  readonly maxCost: number;
}

/** Room for five levels of nested filters under a connection, and for the introspection query of GraphiQL. */
export const defaultLimits: DocumentLimits = {
  maxCharacters: 131_072,
  maxTokens: 4_000,
  maxDefinitions: 50,
  maxDepth: 20,
  maxAliases: 50,
  maxRepeatedFields: 20,
  maxDirectives: 50,
  maxInputValues: 60_000,
  maxInputKeys: 1_000,
  maxCost: 100_000,
};

/** Directives on a single field, fragment, variable or operation. */
export const maxDirectivesOnOneNode = 10;

/** How many lists and input objects a value may nest, in a document or in its variables. */
export function maxInputDepth(limits: DocumentLimits): number {
  return 2 * limits.maxDepth;
}

/** One error for each limit on shape that a parsed document goes past: definitions, depth, aliases, repeated fields, directives. */
export function documentErrors(document: DocumentNode, limits: DocumentLimits): GraphQLError[] {
  const measure = measureDocument(document);
  const { definitions, depth, inputDepth, aliases, repeated, directives, directivesOnOneNode } = measure;
  const again = `"${repeated.name}" is selected ${repeated.count} times in one place`;
  const checks: [limit: Limit, value: number, allowed: number, found: string][] = [
    [
      'definitions',
      definitions,
      limits.maxDefinitions,
      `The query has ${definitions} operations and fragments`,
    ],
    ['depth', depth, limits.maxDepth, `The query is ${depth} fields deep`],
    ['depth', inputDepth, maxInputDepth(limits), `An input value nests ${inputDepth} lists and objects`],
    ['aliases', aliases, limits.maxAliases, `The query uses ${aliases} aliases`],
    ['fields', repeated.count, limits.maxRepeatedFields, again],
    ['directives', directives, limits.maxDirectives, `The query has ${directives} directives`],
    [
      'directives',
      directivesOnOneNode,
      maxDirectivesOnOneNode,
      `One element has ${directivesOnOneNode} directives`,
    ],
  ];
  return checks
    .filter(([, value, allowed]) => value > allowed)
    .map(([limit, , allowed, found]) => limitError(limit, `${found}; at most ${allowed} are allowed.`));
}
