import type {
  FieldNode,
  GraphQLField,
  GraphQLFieldResolver,
  GraphQLObjectType,
  GraphQLResolveInfo,
} from 'graphql';
import type { ExecutionContext } from 'graphql/execution/execute.js';
import type { Path } from 'graphql/jsutils/Path.js';

export type Arguments = Readonly<Record<string, unknown>>;
export type ReadArguments = (run: Run) => Arguments;

/** One execution of an operation. */
export interface Run {
  /** What graphql-js has made of the request: variables are coerced. */
  readonly request: ExecutionContext;
  /** Arguments with variables in them, the same for a field under each of its parents. */
  readonly arguments: Map<ReadArguments, Arguments>;
  /** Is told how many selections and fields were compiled. */
  readonly count: (compiled: number) => void;
}

/** A place for values in the answer: a field's, or that of a list's items. */
export interface Position {
  readonly isNonNull: boolean;
  readonly isLeaf: boolean;
  /** Whether nothing has to be done to tell this value: some of most leaves are told as they are, and nothing else is. */
  readonly isTold: ((value: unknown) => boolean) | null;
  /** What is told of a value: null, something that is not null, or a promise of either. */
  readonly complete: (run: Run, value: unknown, info: GraphQLResolveInfo, path: Path) => unknown;
}

/** A field of an object type as an operation selects it. */
export interface CompiledField {
  readonly responseName: string;
  readonly definition: GraphQLField<unknown, unknown>;
  readonly parentType: GraphQLObjectType;
  /** The same array whenever the field is executed. */
  readonly nodes: readonly FieldNode[];
  /** The property that a leaf is read from without a resolver; null for every other field. */
  readonly property: string | null;
  readonly resolve: GraphQLFieldResolver<unknown, unknown>;
  readonly readArguments: ReadArguments;
  readonly position: Position;
}

/** What an operation selects of an object type, merged and in the order of the answer. */
export interface Selection {
  readonly fields: readonly CompiledField[];
  /** Whether an ordinary object would lose one of its names. */
  readonly namesProto: boolean;
}

/** Compiles what an operation selects at one position of an object type. @throws GraphQLError for a condition that is null */
export type Select = (run: Run, type: GraphQLObjectType) => Selection;

export function isPromise<Value>(value: Value | PromiseLike<Value>): value is PromiseLike<Value> {
  const isObject = typeof value === 'object' ? value !== null : typeof value === 'function';
  return isObject && typeof (value as PromiseLike<Value>).then === 'function';
}
