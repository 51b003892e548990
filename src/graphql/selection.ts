import {
  type ASTNode,
  BREAK,
  type FieldNode,
  type GraphQLField,
  GraphQLIncludeDirective,
  type GraphQLObjectType,
  type GraphQLResolveInfo,
  GraphQLSkipDirective,
  getArgumentValues,
  getDirectiveValues,
  getNamedType,
  isAbstractType,
  isObjectType,
  Kind,
  type SelectionNode,
  visit,
} from 'graphql';

/** What a selection has to be understood with; `GraphQLResolveInfo` is one. */
export type Site = Pick<GraphQLResolveInfo, 'schema' | 'fragments' | 'variableValues'>;

/** A field that is asked for, and the places in the document that ask for it, which merge into one answer. */
export interface AskedField {
  readonly field: GraphQLField<unknown, unknown>;
  readonly nodes: readonly FieldNode[];
}

/** The fields of an object type that are selected below some nodes, under the names that they are answered by. */
export function fieldsBelow(
  site: Site,
  type: GraphQLObjectType,
  nodes: readonly FieldNode[],
): ReadonlyMap<string, AskedField> {
  const found = new Map<string, { field: AskedField['field']; nodes: FieldNode[] }>();
  const spread = new Set<string>();
  const walk = (selections: readonly SelectionNode[]) => {
    for (const selection of selections) {
      if (!isIncluded(site, selection)) continue;
      if (selection.kind === Kind.FIELD) add(selection);
      else if (selection.kind === Kind.INLINE_FRAGMENT) enter(selection.typeCondition?.name.value, selection);
      else if (!spread.has(selection.name.value)) {
        spread.add(selection.name.value);
        const fragment = site.fragments[selection.name.value];
        if (fragment) enter(fragment.typeCondition.name.value, fragment);
      }
    }
  };
  const enter = (
    condition: string | undefined,
    { selectionSet }: Pick<Required<FieldNode>, 'selectionSet'>,
  ) => {
    if (condition === undefined || isOf(site, type, condition)) walk(selectionSet?.selections ?? []);
  };
  const add = (node: FieldNode) => {
    const name = node.alias?.value ?? node.name.value;
    const field = type.getFields()[node.name.value];
    if (field === undefined) return;
    const known = found.get(name);
    if (known === undefined) found.set(name, { field, nodes: [node] });
    else known.nodes.push(node);
  };
  for (const { selectionSet } of nodes) walk(selectionSet?.selections ?? []);
  return found;
}

/** Whether a part of a document says the same whatever the variables are. */
export function isConstant({ fragments }: Site, part: ASTNode): boolean {
  const pending = [part];
  const spread = new Set<string>();
  let isVaried = false;
  for (const node of pending) {
    visit(node, {
      Variable() {
        isVaried = true;
        return BREAK;
      },
      FragmentSpread({ name: { value } }) {
        const fragment = fragments[value];
        if (fragment && !spread.has(value)) pending.push(fragment.selectionSet);
        spread.add(value);
      },
    });
  }
  return !isVaried;
}

/** The object type that a field answers with, if it is one. */
export function objectTypeOf({ type }: AskedField['field']): GraphQLObjectType | null {
  const named = getNamedType(type);
  return isObjectType(named) ? named : null;
}

/** The arguments that a field will be given, or null where it will refuse them. */
export function argumentsOf(site: Site, { field, nodes }: AskedField): Record<string, unknown> | null {
  const [node] = nodes;
  if (node === undefined) return null;
  try {
    return getArgumentValues(field, node, site.variableValues);
  } catch {
    return null;
  }
}

function isOf({ schema }: Site, type: GraphQLObjectType, condition: string): boolean {
  if (condition === type.name) return true;
  const other = schema.getType(condition);
  return isAbstractType(other) && schema.isSubType(other, type);
}

function isIncluded({ variableValues }: Site, selection: SelectionNode): boolean {
  if (selection.directives === undefined || selection.directives.length === 0) return true;
  const skip = getDirectiveValues(GraphQLSkipDirective, selection, variableValues);
  const include = getDirectiveValues(GraphQLIncludeDirective, selection, variableValues);
  return skip?.if !== true && include?.if !== false;
}
