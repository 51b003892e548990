import {
  type GraphQLInputType,
  getNamedType,
  getNullableType,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isListType,
  isObjectType,
  isRequiredInputField,
  isUnionType,
} from 'graphql';
import { schema } from '../../src/schema.ts';

const queries = schema.getQueryType()?.getFields() ?? {};
const mutations = schema.getMutationType()?.getFields() ?? {};

export const queryNames: readonly string[] = Object.keys(queries);
export const mutationNames: readonly string[] = Object.keys(mutations);
export const subscriptionNames: readonly string[] = Object.keys(
  schema.getSubscriptionType()?.getFields() ?? {},
);

/** A field that answers with a connection. */
export interface ListField {
  readonly type: string;
  readonly field: string;
  readonly name: string;
}

/** Every field that answers with a connection. */
const everyListField: readonly ListField[] = Object.values(schema.getTypeMap())
  .filter((type) => isObjectType(type))
  .flatMap((type) =>
    Object.values(type.getFields())
      .filter((field) => getNamedType(field.type).name.endsWith('Connection'))
      .map((field) => ({ type: type.name, field: field.name, name: `${type.name}.${field.name}` })),
  );

/** The names of all types with a global id. */
export const nodeTypes: readonly string[] = nodeTypeNames();

const isReadAgain = ({ type }: ListField) =>
  ['Viewer', 'EligibilityPreview'].includes(type) || nodeTypes.includes(type);

/** Every connection of something that can be asked for by its id, of the viewer, and of a preview. */
export const listFields: readonly ListField[] = everyListField.filter(isReadAgain);

/** Every connection of what is only a part of an answer: of a filter, of an error. */
export const partialListFields: readonly ListField[] = everyListField.filter((list) => !isReadAgain(list));

function nodeTypeNames(): string[] {
  const node = schema.getType('Node');
  return isInterfaceType(node) ? schema.getPossibleTypes(node).map(({ name }) => name) : [];
}

/** A read's argument that takes a global id; `nodeType` null for any. */
export interface IdArgument {
  readonly type: string;
  readonly field: string;
  readonly argument: string;
  readonly isList: boolean;
  readonly nodeType: string | null;
}

/** Every argument that takes global ids, but for those of mutations. */
const everyIdArgument: readonly IdArgument[] = Object.values(schema.getTypeMap())
  .filter((type) => isObjectType(type) && type !== schema.getMutationType() && !type.name.startsWith('__'))
  .flatMap((type) =>
    Object.values(isObjectType(type) ? type.getFields() : {}).flatMap((field) =>
      field.args
        .filter((arg) => getNamedType(arg.type).name === 'ID')
        .map((arg) => ({
          type: type.name,
          field: field.name,
          argument: arg.name,
          isList: isListType(getNullableType(arg.type)),
          nodeType: nodeTypeOf(arg.name) ?? nodeTypeOf(`${field.name}Id`),
        })),
    ),
  );

const isSubscribed = ({ type }: IdArgument) => type === schema.getSubscriptionType()?.name;

/** Every argument of a read that takes global ids. */
export const idArguments: readonly IdArgument[] = everyIdArgument.filter((each) => !isSubscribed(each));

/** Every argument of a subscription that takes global ids. */
export const subscriptionArguments: readonly IdArgument[] = everyIdArgument.filter(isSubscribed);

/** The document of a subscription with one variable, `$id`. */
export function subscriptionDocument({ field, argument, isList }: IdArgument): string {
  return `subscription ($id: ID!) { ${field}(${argument}: ${isList ? '[$id]' : '$id'}) { __typename } }`;
}

/** The type that an argument or input field takes ids of, by its name. */
export function nodeTypeOf(name: string): string | null {
  const type = name.charAt(0).toUpperCase() + name.slice(1).replace(/Ids?$/, '');
  return /Ids?$/.test(name) && nodeTypes.includes(type) ? type : null;
}

/** A place in a mutation's input that takes a global id. */
export interface IdInput {
  readonly mutation: string;
  /** From `input` to the id; the first of a list is at `0`. */
  readonly path: readonly string[];
  readonly nodeType: string;
}

/** Every place in every mutation's input that takes a global id. */
export const idInputs: readonly IdInput[] = Object.values(mutations).flatMap((mutation) =>
  mutation.args.flatMap((arg) =>
    idPaths(arg.type, [arg.name]).map((path) => ({
      mutation: mutation.name,
      path,
      nodeType: nodeTypeOf(path.findLast((step) => step !== '0') ?? '') ?? '',
    })),
  ),
);

/** An input type that is inside itself is walked once. */
function idPaths(type: GraphQLInputType, path: readonly string[], above: readonly string[] = []): string[][] {
  const nullable = getNullableType(type);
  if (isListType(nullable)) return idPaths(nullable.ofType, [...path, '0'], above);
  const named = getNamedType(type);
  if (named.name === 'ID') return [[...path]];
  if (!isInputObjectType(named) || above.includes(named.name)) return [];
  return Object.values(named.getFields()).flatMap((field) =>
    idPaths(field.type, [...path, field.name], [...above, named.name]),
  );
}

/** What inputs are filled with: ids by node type, other texts by the name of their field. */
export type Ids = Readonly<Record<string, string>>;

let counter = 0;

/** Values of enums that inputs are filled with: of kinds, one that takes an id. Of all others it is the last. */
const fittingValues: Readonly<Record<string, string>> = { CompletionActionKind: 'ADD_TO_PARTICIPANT_GROUP' };

/** The smallest input that a mutation takes, with `ids` and the participant `p0`; `place` is filled too, though it be optional. */
export function inputFor(mutation: string, ids: Ids, place?: Pick<IdInput, 'path'> & { id: string }): object {
  const field = mutations[mutation];
  if (field === undefined) throw new Error(`There is no mutation ${mutation}`);
  const type = field.args[0]?.type;
  if (type === undefined) return {};
  return fill(type, 'input', ids, place?.path.slice(1) ?? null, place?.id ?? '') as object;
}

function fill(
  type: GraphQLInputType,
  name: string,
  ids: Ids,
  path: readonly string[] | null,
  id: string,
): unknown {
  const named = getNamedType(type);
  const nullable = getNullableType(type);
  // A list of texts or filters may be empty; one of what a mutation is about names that.
  if (isListType(nullable) && path === null && named.name !== 'ID') return [];
  if (isListType(nullable)) return [fill(nullable.ofType, name, ids, path?.slice(1) ?? null, id)];
  if (named.name === 'ID') return path === null ? ids[nodeTypeOf(name) ?? ''] : id;
  if (named.name === 'String') return ids[name] ?? `Name ${++counter}`;
  if (named.name === 'Int') return name === 'toVersion' ? 0 : 1;
  if (isEnumType(named)) return fittingValues[named.name] ?? named.getValues().at(-1)?.name;
  if (!isInputObjectType(named)) throw new Error(`No value for ${named.name} is known`);
  const fields = Object.values(named.getFields());
  const first = path === null ? fields.at(-1)?.name : path[0];
  const wanted = fields.filter((field) =>
    named.isOneOf ? field.name === first : field.name === path?.[0] || isRequiredInputField(field),
  );
  return Object.fromEntries(
    wanted.map((field) => [
      field.name,
      fill(field.type, field.name, ids, field.name === path?.[0] ? path.slice(1) : null, id),
    ]),
  );
}

/** Whether a mutation takes an idempotency key. */
export function isKeyed(mutation: string): boolean {
  const type = getNamedType(mutations[mutation]?.args[0]?.type);
  return isInputObjectType(type) && 'idempotencyKey' in type.getFields();
}

/** A mutation's document with one variable, `$input`, if it takes an input; of its errors everything but objects is selected. */
export function mutationDocument(name: string): string {
  const field = mutations[name];
  const union = getNamedType(field?.type);
  if (field === undefined || !isUnionType(union)) throw new Error(`There is no mutation ${name}`);
  const errors = union.getTypes().filter((type) => type.name.endsWith('Error'));
  const selected = errors.map((type) => `... on ${type.name} { ${scalarsOf(type.name).join(' ')} }`);
  const selection = `{ __typename ${selected.join(' ')} }`;
  const type = field.args[0]?.type;
  if (type === undefined) return `mutation { ${name} ${selection} }`;
  return `mutation ($input: ${type}) { ${name}(input: $input) ${selection} }`;
}

const submissionIssue =
  'index submissionId error { __typename code message ... on NotFoundError { id } ... on ForbiddenError { requiredRole } }';

/** What a mutation answers with, or what it says of the first of several. */
interface Answer {
  readonly __typename: string;
  readonly issues?: readonly { readonly error?: Answer }[];
}

/** The answer itself; where it tells what is wrong with each of several things, the error of the first. */
export function firstRefusal<Given extends Answer>(answer: Given): Given {
  const [issue] = answer.__typename === 'InvalidSubmissionsError' ? (answer.issues ?? []) : [];
  return (issue?.error as Given | undefined) ?? answer;
}

function scalarsOf(name: string): string[] {
  const type = schema.getType(name);
  if (!isObjectType(type)) return [];
  return Object.values(type.getFields()).flatMap((field) => {
    const below = getNamedType(field.type);
    if (below.name === 'InputIssue') return [`${field.name} { path message }`];
    if (below.name === 'SubmissionIssue') return [`${field.name} { ${submissionIssue} }`];
    // A revision and a status are both called so: of one answer they cannot both be asked for by that name.
    if (field.name === 'current') return [`current${below.name}: current`];
    return isObjectType(below) ? [] : [field.name];
  });
}
