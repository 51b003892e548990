import {
  type ConstDirectiveNode,
  type DefinitionNode,
  type DirectiveNode,
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  Kind,
  type OperationDefinitionNode,
  type SelectionNode,
  type SelectionSetNode,
  type ValueNode,
} from 'graphql';

/** What a document asks for. `depth` and `aliases` count a fragment wherever it is spread, the rest as it is written. */
export interface DocumentMeasure {
  /** Operations and fragments, and the fragments that are spread and not there. */
  readonly definitions: number;
  /** Fields nested in fields, in the deepest definition. */
  readonly depth: number;
  /** Aliased fields, in the operation or fragment with the most. */
  readonly aliases: number;
  /** How often one response name, or one fragment, is selected in one selection set (inline fragments included). */
  readonly repeated: { readonly name: string; readonly count: number };
  readonly directives: number;
  readonly directivesOnOneNode: number;
  /** Lists and input objects nested in each other, in the deepest literal. */
  readonly inputDepth: number;
  /** Selections looked at: never more than the document has, however often its fragments are spread. */
  readonly visited: number;
}

interface Expanded {
  readonly depth: number;
  readonly aliases: number;
}

const nothing: Expanded = { depth: 0, aliases: 0 };

/** Measures a parsed document in one walk. Every fragment is walked once; a circular spread counts as empty. */
export function measureDocument(document: DocumentNode): DocumentMeasure {
  const walk = new DocumentWalk(document);
  const expanded = document.definitions.map((definition) => walk.definition(definition));
  return {
    ...walk.written,
    definitions: document.definitions.length + walk.missing.size,
    depth: Math.max(0, ...expanded.map((each) => each.depth)),
    aliases: Math.max(0, ...expanded.map((each) => each.aliases)),
  };
}

class DocumentWalk {
  readonly written = {
    repeated: { name: '', count: 0 },
    directives: 0,
    directivesOnOneNode: 0,
    inputDepth: 0,
    visited: 0,
  };
  readonly missing = new Set<string>();
  readonly #fragments = new Map<string, FragmentDefinitionNode>();
  readonly #measured = new Map<string, Expanded>();

  constructor(document: DocumentNode) {
    for (const definition of document.definitions) {
      if (definition.kind === Kind.FRAGMENT_DEFINITION)
        this.#fragments.set(definition.name.value, definition);
    }
  }

  definition(definition: DefinitionNode): Expanded {
    if (definition.kind === Kind.FRAGMENT_DEFINITION) return this.#fragment(definition.name.value);
    if (definition.kind === Kind.OPERATION_DEFINITION) return this.#operation(definition);
    return nothing;
  }

  #operation(operation: OperationDefinitionNode): Expanded {
    this.#directives(operation.directives);
    for (const variable of operation.variableDefinitions ?? []) {
      this.#directives(variable.directives);
      if (variable.defaultValue) this.#value(variable.defaultValue);
    }
    return this.#selectionSet(operation.selectionSet, new Map());
  }

  #fragment(name: string): Expanded {
    const known = this.#measured.get(name);
    if (known) return known;
    const fragment = this.#fragments.get(name);
    if (!fragment) {
      this.missing.add(name);
      return nothing;
    }
    // Set before the walk: a fragment that spreads itself finds this, and the standard rules refuse it.
    this.#measured.set(name, nothing);
    this.#directives(fragment.directives);
    const measured = this.#selectionSet(fragment.selectionSet, new Map());
    this.#measured.set(name, measured);
    return measured;
  }

  #selectionSet(set: SelectionSetNode, selected: Map<string, number>): Expanded {
    let depth = 0;
    let aliases = 0;
    for (const selection of set.selections) {
      this.written.visited += 1;
      this.#directives(selection.directives);
      const below = this.#selection(selection, selected);
      depth = Math.max(depth, below.depth);
      // Capped: thirty levels of fragments, each spread twice, hold a billion aliases.
      aliases = Math.min(aliases + below.aliases, Number.MAX_SAFE_INTEGER);
    }
    return { depth, aliases };
  }

  #selection(selection: SelectionNode, selected: Map<string, number>): Expanded {
    switch (selection.kind) {
      case Kind.INLINE_FRAGMENT:
        return this.#selectionSet(selection.selectionSet, selected);
      case Kind.FRAGMENT_SPREAD:
        this.#repeated(`...${selection.name.value}`, selected);
        return this.#fragment(selection.name.value);
      case Kind.FIELD:
        this.#repeated(selection.alias?.value ?? selection.name.value, selected);
        return this.#field(selection);
    }
  }

  #field(field: FieldNode): Expanded {
    for (const argument of field.arguments ?? []) this.#value(argument.value);
    const below = field.selectionSet ? this.#selectionSet(field.selectionSet, new Map()) : nothing;
    return { depth: below.depth + 1, aliases: below.aliases + (field.alias ? 1 : 0) };
  }

  #repeated(name: string, selected: Map<string, number>): void {
    const count = (selected.get(name) ?? 0) + 1;
    selected.set(name, count);
    if (count > this.written.repeated.count) this.written.repeated = { name, count };
  }

  #directives(directives: readonly (DirectiveNode | ConstDirectiveNode)[] | undefined): void {
    const count = directives?.length ?? 0;
    this.written.directives += count;
    this.written.directivesOnOneNode = Math.max(this.written.directivesOnOneNode, count);
    for (const directive of directives ?? []) {
      for (const argument of directive.arguments ?? []) this.#value(argument.value);
    }
  }

  #value(value: ValueNode, depth = 1): void {
    if (value.kind !== Kind.LIST && value.kind !== Kind.OBJECT) return;
    this.written.inputDepth = Math.max(this.written.inputDepth, depth);
    const below = value.kind === Kind.LIST ? value.values : value.fields.map((field) => field.value);
    for (const each of below) this.#value(each, depth + 1);
  }
}
