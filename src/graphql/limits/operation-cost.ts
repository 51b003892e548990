import {
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLField,
  type GraphQLNamedType,
  type GraphQLSchema,
  getNamedType,
  getNullableType,
  getOperationAST,
  isCompositeType,
  isInterfaceType,
  isIntrospectionType,
  isListType,
  isObjectType,
  Kind,
  type OperationDefinitionNode,
  SchemaMetaFieldDef,
  type SelectionNode,
  type SelectionSetNode,
  TypeMetaFieldDef,
  valueFromASTUntyped,
} from 'graphql';
import { type InputCosts, idCount, inputCost } from './input-cost.ts';

/** What a connection answers with when it is asked for neither `first` nor `last`. */
export const defaultPageSize = 20;

/** What a list of the introspection costs (types, fields, arguments …). GraphiQL's query has nine. */
const introspectionListCost = 3_000;

const introspectionFields = new Map(
  [SchemaMetaFieldDef, TypeMetaFieldDef].map((field) => [field.name, field]),
);

type Values = Readonly<Record<string, unknown>>;

/** What an operation may cost at most, in points. */
export interface OperationCost {
  /** For what it asks for. */
  readonly points: number;
  /** For what it does besides, as fields say in their `extensions.surcharge`; once for each time that one is written. */
  readonly surcharge: number;
}

/** A cost, and whether a field told it from the values of its arguments, and not only from numbers and lengths. */
interface WalkedCost extends OperationCost {
  readonly isOfValues: boolean;
}

/**
 * What an operation may cost at most, in points. A field of an object, interface or union costs 1, and what is
 * selected below it counts as often as it may be answered: once for each row of a page (`first`, `last`, or 20), once
 * for each id where a list is asked for by ids, as often as a field says in its `extensions.rows` (a number, or a
 * function of the arguments), else once. Lists of ids cost 1 for every 10, lists of the
 * introspection 3,000. Scalars are free, and a field
 * that looks through more than it answers with costs the `extensions.points`, or `pointsPerRow`, that it says. `@skip` and `@include` are ignored: the cost is an upper bound.
 *
 * `variables` are the raw ones; values of a wrong type count as absent, for execution refuses them. An operation that
 * cannot be determined costs 0. Never throws and never exceeds `Number.MAX_SAFE_INTEGER`.
 */
export function operationCost(
  schema: GraphQLSchema,
  document: DocumentNode,
  operationName: string | null | undefined,
  variables: Values | null | undefined,
): WalkedCost {
  const operation = getOperationAST(document, operationName);
  const root = operation && schema.getRootType(operation.operation);
  if (!operation || !root) return { points: 0, surcharge: 0, isOfValues: false };
  const walk = new CostWalk(schema, document, withDefaults(operation, variables ?? {}));
  const points = walk.selectionSet(operation.selectionSet, root);
  return { points, surcharge: walk.surcharge, isOfValues: walk.isOfValues };
}

function withDefaults(operation: OperationDefinitionNode, variables: Values): Values {
  const values: Record<string, unknown> = Object.create(null);
  for (const { variable, defaultValue } of operation.variableDefinitions ?? []) {
    const name = variable.name.value;
    if (Object.hasOwn(variables, name)) values[name] = variables[name];
    else if (defaultValue) values[name] = valueFromASTUntyped(defaultValue);
  }
  return values;
}

class CostWalk {
  readonly #schema: GraphQLSchema;
  readonly #variables: Values;
  readonly #fragments = new Map<string, FragmentDefinitionNode>();
  readonly #fragmentCosts = new Map<string, number>();
  readonly #inputCosts: InputCosts = new WeakMap();
  surcharge = 0;
  isOfValues = false;

  constructor(schema: GraphQLSchema, document: DocumentNode, variables: Values) {
    this.#schema = schema;
    this.#variables = variables;
    for (const definition of document.definitions) {
      if (definition.kind === Kind.FRAGMENT_DEFINITION)
        this.#fragments.set(definition.name.value, definition);
    }
  }

  selectionSet(set: SelectionSetNode, parent: GraphQLNamedType | undefined): number {
    return set.selections.reduce((sum, selection) => capped(sum + this.#selection(selection, parent)), 0);
  }

  #selection(selection: SelectionNode, parent: GraphQLNamedType | undefined): number {
    if (selection.kind === Kind.FIELD) return this.#field(selection, parent);
    if (selection.kind === Kind.FRAGMENT_SPREAD) return this.#fragment(selection.name.value);
    const condition = selection.typeCondition;
    const type = condition ? this.#schema.getType(condition.name.value) : parent;
    return this.selectionSet(selection.selectionSet, type);
  }

  // A fragment's cost doesn't depend on where it is spread: its own type condition says what its fields are.
  #fragment(name: string): number {
    const known = this.#fragmentCosts.get(name);
    if (known !== undefined) return known;
    const fragment = this.#fragments.get(name);
    if (!fragment) return 0;
    this.#fragmentCosts.set(name, 0);
    const type = this.#schema.getType(fragment.typeCondition.name.value);
    const cost = this.selectionSet(fragment.selectionSet, type);
    this.#fragmentCosts.set(name, cost);
    return cost;
  }

  #field(node: FieldNode, parent: GraphQLNamedType | undefined): number {
    if (!isObjectType(parent) && !isInterfaceType(parent)) return 0;
    const field = parent.getFields()[node.name.value] ?? introspectionFields.get(node.name.value);
    if (!field) return 0;
    const { surcharge, points, pointsPerRow } = field.extensions;
    if (typeof surcharge === 'number') this.surcharge += surcharge;
    const values = this.#argumentValues(node, field);
    let cost = typeof points === 'number' ? points : 0;
    for (const { name, type } of field.args) {
      cost += inputCost(values.get(name), type, this.#inputCosts);
    }
    this.isOfValues ||= typeof field.extensions.rows === 'function';
    const type = getNamedType(field.type);
    if (!isCompositeType(type) || !node.selectionSet) return capped(cost);
    const below = this.selectionSet(node.selectionSet, type);
    if (isIntrospectionType(parent) && isListType(getNullableType(field.type))) cost += introspectionListCost;
    const each = below + (typeof pointsPerRow === 'number' ? pointsPerRow : 0);
    return capped(cost + 1 + capped(rows(field, values) * each));
  }

  #argumentValues(node: FieldNode, field: GraphQLField<unknown, unknown>): Map<string, unknown> {
    const values = new Map(
      field.args.map(({ name, defaultValue }): [string, unknown] => [name, defaultValue]),
    );
    for (const { name, value } of node.arguments ?? []) {
      const given = valueFromASTUntyped(value, this.#variables);
      if (given !== undefined) values.set(name.value, given);
    }
    return values;
  }
}

/** How many objects a field may answer with, as far as its arguments tell. */
function rows(field: GraphQLField<unknown, unknown>, values: ReadonlyMap<string, unknown>): number {
  if (field.args.some(({ name }) => name === 'first' || name === 'last')) {
    const sizes = [values.get('first'), values.get('last')].filter((size) => typeof size === 'number');
    return sizes.length === 0 ? defaultPageSize : capped(Math.max(0, ...sizes));
  }
  const { rows: declared } = field.extensions;
  if (typeof declared === 'function') return Math.max(1, Number(declared(Object.fromEntries(values))));
  if (!isListType(getNullableType(field.type))) return 1;
  if (typeof declared === 'number') return declared;
  const counts = field.args.filter(({ name, type }) => takesIds(values.get(name), type));
  if (counts.length === 0) return 1;
  return Math.max(...counts.map(({ name, type }) => idCount(values.get(name), type)));
}

function takesIds(value: unknown, type: GraphQLField<unknown, unknown>['args'][number]['type']): boolean {
  return idCount(value, type) > 0;
}

function capped(points: number): number {
  return Math.min(points, Number.MAX_SAFE_INTEGER);
}
