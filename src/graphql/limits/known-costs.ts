import type { DocumentNode, ExecutionArgs, GraphQLSchema } from 'graphql';
import { type OperationCost, operationCost } from './operation-cost.ts';

/** Costs by what they depend on, for a document. */
interface KnownCosts {
  readonly schema: GraphQLSchema;
  readonly costs: Map<string, OperationCost>;
}

const ofDocuments = new WeakMap<DocumentNode, KnownCosts>();
const mostPerDocument = 100;
const ofArguments = new WeakMap<ExecutionArgs, OperationCost>();

/**
 * The cost of an operation that is about to execute; computed once, whoever asks, and where it doesn't depend on lists
 * and objects in variables, once for all requests.
 */
export function costOf(args: ExecutionArgs): OperationCost {
  const { schema, document, operationName, variableValues } = args;
  const shape = shapeOf(operationName, variableValues);
  const costs = knownFor(schema, document);
  const known = (shape === null ? undefined : costs.get(shape)) ?? ofArguments.get(args);
  if (known !== undefined) return known;
  const { isOfValues, ...cost } = operationCost(schema, document, operationName, variableValues);
  if (shape === null || isOfValues) ofArguments.set(args, cost);
  else {
    if (costs.size >= mostPerDocument) costs.clear();
    costs.set(shape, cost);
  }
  return cost;
}

function knownFor(schema: GraphQLSchema, document: DocumentNode): KnownCosts['costs'] {
  const known = ofDocuments.get(document);
  if (known?.schema === schema) return known.costs;
  const costs = new Map<string, OperationCost>();
  ofDocuments.set(document, { schema, costs });
  return costs;
}

/** What of variables a cost depends on: of a text, only that it is there. Null where there are lists or objects. */
function shapeOf(
  operationName: ExecutionArgs['operationName'],
  variables: ExecutionArgs['variableValues'],
): string | null {
  const parts: (string | null)[] = [operationName ?? null];
  for (const name in variables) {
    const value = variables[name];
    if (typeof value === 'object' && value !== null) return null;
    parts.push(name, typeof value === 'string' ? '' : String(value));
  }
  return JSON.stringify(parts);
}
