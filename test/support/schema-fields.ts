import {
  type GraphQLArgument,
  type GraphQLField,
  type GraphQLObjectType,
  getNamedType,
  getNullableType,
  isCompositeType,
  isInputObjectType,
  isListType,
  isObjectType,
  isRequiredArgument,
} from 'graphql';
import { schema } from '../../src/schema.ts';
import { type Ids, nodeTypeOf } from './schema-walk.ts';

type Field = GraphQLField<unknown, unknown>;

function objectType(name: string): GraphQLObjectType {
  const type = schema.getType(name);
  if (!isObjectType(type)) throw new Error(`There is no type ${name}`);
  return type;
}

/** The names of a type's fields. */
export function fieldNames(type: string): string[] {
  return Object.keys(objectType(type).getFields());
}

/** A field with the arguments that it must have: ids by type, texts by name. */
function call(field: Field, texts: Ids): string {
  const args = field.args.filter(isRequiredArgument).map((arg) => `${arg.name}: ${filled(arg, texts)}`);
  if (field.args.some(({ name }) => name === 'first')) args.push('first: 2');
  return args.length === 0 ? field.name : `${field.name}(${args.join(', ')})`;
}

function filled({ name, type }: GraphQLArgument, texts: Ids): string {
  // An empty list of filters lets everyone pass.
  if (isInputObjectType(getNamedType(type))) return '[]';
  const isId = getNamedType(type).name === 'ID';
  const text = texts[isId ? (nodeTypeOf(name) ?? name) : name.replace(/s$/, '')];
  if (text === undefined) throw new Error(`No value for ${name} is known`);
  return isListType(getNullableType(type)) ? `["${text}"]` : `"${text}"`;
}

function select(field: Field, texts: Ids, depth: number): string {
  const type = getNamedType(field.type);
  if (!isCompositeType(type)) return call(field, texts);
  if (!isObjectType(type) || depth === 0) return `${call(field, texts)} { __typename }`;
  // An edge and its connection stand between two things: they are no step of their own.
  const isBetween = /(Connection|Edge)$/.test(type.name);
  const below = Object.values(type.getFields())
    .filter(({ name }) => name !== 'nodes')
    .map((each) => select(each, texts, isBetween ? depth : depth - 1));
  return `${call(field, texts)} { __typename ${below.join(' ')} }`;
}

/** A field of a type, called with the arguments that it must have. */
export function fieldCall(type: string, field: string, texts: Ids): string {
  const found = objectType(type).getFields()[field];
  if (found === undefined) throw new Error(`There is no field ${type}.${field}`);
  return call(found, texts);
}

/** A field of a type with everything that its answer holds itself: of a connection, its edges with their own fields. */
export function fieldSelection(type: string, field: string, texts: Ids): string {
  const found = objectType(type).getFields()[field];
  if (found === undefined) throw new Error(`There is no field ${type}.${field}`);
  const isConnection = getNamedType(found.type).name.endsWith('Connection');
  return select(found, texts, isConnection ? 1 : 0);
}

/** A query that goes two steps on from a field, through every field on the way; from `$id`, or from the viewer. */
export function crawlDocument(type: string, field: string, texts: Ids): string {
  const found = objectType(type).getFields()[field];
  if (found === undefined) throw new Error(`There is no field ${type}.${field}`);
  const selection = select(found, texts, 2);
  return type === 'Viewer'
    ? `{ viewer { ${selection} } }`
    : `query ($id: ID!) { node(id: $id) { ... on ${type} { ${selection} } } }`;
}

/** A field with one argument filled from the variable `$asked`. */
export interface ArgumentUse {
  readonly variable: string;
  readonly selection: string;
}

/** Every argument of a read that takes participant IDs, in filters too. */
export const participantArguments = Object.values(schema.getTypeMap())
  .filter((type) => isObjectType(type) && !type.name.startsWith('__') && type !== schema.getMutationType())
  .flatMap((type) =>
    Object.values(isObjectType(type) ? type.getFields() : {}).flatMap((field) => uses(type.name, field)),
  );

function uses(
  type: string,
  field: Field,
): (ArgumentUse & { type: string; field: string; argument: string })[] {
  const selected = isCompositeType(getNamedType(field.type)) ? ' { __typename }' : '';
  return field.args.flatMap(({ name, type: argumentType }) => {
    const named = getNamedType(argumentType);
    const place = { type, field: field.name, argument: name, variable: 'String!' };
    const use = (value: string) => ({ ...place, selection: `${field.name}(${name}: ${value})${selected}` });
    if (/^participantIds?$/.test(name))
      return [use(isListType(getNullableType(argumentType)) ? '[$asked]' : '$asked')];
    if (!isInputObjectType(named)) return [];
    const inside = Object.values(named.getFields()).filter(
      (each) => /participant/i.test(each.name) && getNamedType(each.type).name === 'String',
    );
    return inside.map(({ name: key }) => use(`{ ${key}: $asked }`));
  });
}
