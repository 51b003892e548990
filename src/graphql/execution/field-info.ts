import type { FieldNode, GraphQLObjectType, GraphQLOutputType, GraphQLResolveInfo } from 'graphql';
import { addPath, type Path } from 'graphql/jsutils/Path.js';
import type { CompiledField, Run } from './compiled.ts';

/** What a resolver is told besides; made for each of its calls, so that it finds only when it is asked. */
export class FieldInfo implements GraphQLResolveInfo {
  readonly #run: Run;
  readonly #field: CompiledField;
  readonly #parent: Path | undefined;
  #path: Path | undefined;

  constructor(run: Run, field: CompiledField, parent: Path | undefined) {
    this.#run = run;
    this.#field = field;
    this.#parent = parent;
  }

  get fieldName(): string {
    return this.#field.definition.name;
  }

  get fieldNodes(): readonly FieldNode[] {
    return this.#field.nodes;
  }

  get returnType(): GraphQLOutputType {
    return this.#field.definition.type;
  }

  get parentType(): GraphQLObjectType {
    return this.#field.parentType;
  }

  get path(): Path {
    this.#path ??= pathOf(this.#field, this.#parent);
    return this.#path;
  }

  get schema(): GraphQLResolveInfo['schema'] {
    return this.#run.request.schema;
  }

  get fragments(): GraphQLResolveInfo['fragments'] {
    return this.#run.request.fragments;
  }

  get rootValue(): unknown {
    return this.#run.request.rootValue;
  }

  get operation(): GraphQLResolveInfo['operation'] {
    return this.#run.request.operation;
  }

  get variableValues(): GraphQLResolveInfo['variableValues'] {
    return this.#run.request.variableValues;
  }
}

export function pathOf({ responseName, parentType }: CompiledField, parent: Path | undefined): Path {
  return addPath(parent, responseName, parentType.name);
}
