import { type GraphQLInputType, getNullableType, isInputObjectType, isListType, isScalarType } from 'graphql';

/** Ids and strings in lists count one for every so many. */
const entriesPerPoint = 10;

/** Past every limit on input depth: what lies deeper is refused, and must not exhaust the stack first. */
const deepest = 100;

/** Costs of objects already looked at: one variable may stand in a thousand places. */
export type InputCosts = WeakMap<object, number>;

/**
 * How many ids (or strings) a value holds directly: the length of a list of ids, and 0 for every other type. A single
 * value stands for a list of one, as in GraphQL's coercion.
 */
export function idCount(value: unknown, type: GraphQLInputType): number {
  const list = getNullableType(type);
  if (value == null || !isListType(list) || !isIdentifier(list.ofType)) return 0;
  return Array.isArray(value) ? value.length : 1;
}

/** The cost of a raw value: 1 for every 10 ids or strings, begun, in each list in it, at any depth. */
export function inputCost(value: unknown, type: GraphQLInputType, known: InputCosts, depth = 0): number {
  if (value === null || typeof value !== 'object' || depth > deepest) return 0;
  const cached = known.get(value);
  if (cached !== undefined) return cached;
  const cost = containerCost(value, getNullableType(type), known, depth);
  known.set(value, cost);
  return cost;
}

function containerCost(value: object, type: GraphQLInputType, known: InputCosts, depth: number): number {
  let cost = 0;
  if (isListType(type)) {
    if (isIdentifier(type.ofType)) return Math.ceil(idCount(value, type) / entriesPerPoint);
    const entries: unknown[] = Array.isArray(value) ? value : [value];
    for (const entry of entries) cost += inputCost(entry, type.ofType, known, depth + 1);
  } else if (isInputObjectType(type)) {
    const fields = type.getFields();
    for (const [name, entry] of Object.entries(value)) {
      const field = fields[name];
      if (field) cost += inputCost(entry, field.type, known, depth + 1);
    }
  }
  return cost;
}

function isIdentifier(type: GraphQLInputType): boolean {
  const scalar = getNullableType(type);
  return isScalarType(scalar) && (scalar.name === 'ID' || scalar.name === 'String');
}

/** Whether lists and objects nest deeper than `allowed` in a raw value. Walks level by level: no value exhausts the stack. */
export function isNestedDeeper(value: unknown, allowed: number): boolean {
  let level = [value].filter(isContainer);
  for (let depth = 1; level.length > 0; depth += 1) {
    if (depth > allowed) return true;
    level = level.flatMap((each) => Object.values(each).filter(isContainer));
  }
  return false;
}

function isContainer(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}
