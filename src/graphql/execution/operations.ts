import { type DocumentNode, type GraphQLSchema, Kind, visit } from 'graphql';
import type { ExecutionContext } from 'graphql/execution/execute.js';
import type { Selection } from './compiled.ts';

/** How many compiled selections and fields are kept, some 900 bytes each. */
const largestSize = 20_000;

interface CompiledDocument {
  readonly schema: GraphQLSchema;
  /** The variables that decide which fields there are. */
  readonly conditions: readonly string[];
  /** The root selections, by the operation's name and what its conditions have come to. */
  readonly operations: Map<string, Selection>;
}

/**
 * What operations were compiled to, kept as long as their documents are. A short document may select very many fields
 * through its fragments, so that all is forgotten once too many fields were compiled; what is asked again is compiled again.
 */
export class CompiledOperations {
  #documents = new WeakMap<DocumentNode, CompiledDocument>();
  #size = 0;
  readonly #largest: number;

  constructor(largest = largestSize) {
    this.#largest = largest;
  }

  /** The root selection of an operation. @throws what `compile` throws */
  rootOf(document: DocumentNode, request: ExecutionContext, compile: () => Selection): Selection {
    const { conditions, operations } = this.#of(document, request.schema);
    const values = conditions.map((name) => conditionOf(request.variableValues[name]));
    const key = `${request.operation.name?.value ?? ''} ${values}`;
    const known = operations.get(key);
    if (known !== undefined) return known;
    const root = compile();
    operations.set(key, root);
    return root;
  }

  /** Notes that so many selections and fields were compiled. */
  readonly count = (compiled: number): void => {
    this.#size += compiled;
    if (this.#size <= this.#largest) return;
    this.#documents = new WeakMap();
    this.#size = 0;
  };

  #of(document: DocumentNode, schema: GraphQLSchema): CompiledDocument {
    const known = this.#documents.get(document);
    if (known?.schema === schema) return known;
    const compiled = { schema, conditions: conditionsOf(document), operations: new Map() };
    this.#documents.set(document, compiled);
    return compiled;
  }
}

/** Another operation of the document may have a text of any length under the same name, which decides nothing. */
function conditionOf(value: unknown): string {
  return typeof value === 'boolean' ? `${value}` : '';
}

function conditionsOf(document: DocumentNode): string[] {
  const names = new Set<string>();
  visit(document, {
    Directive({ name, arguments: given }) {
      if (name.value !== 'skip' && name.value !== 'include') return;
      for (const { value } of given ?? []) if (value.kind === Kind.VARIABLE) names.add(value.name.value);
    },
  });
  return [...names];
}
