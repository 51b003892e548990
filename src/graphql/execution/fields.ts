import type { Path } from 'graphql/jsutils/Path.js';
import { type CompiledField, isPromise, type Run, type Selection } from './compiled.ts';
import { FieldInfo } from './field-info.ts';
import { failed, tell } from './position.ts';

type Answer = Record<string, unknown>;

/** Executes the fields of one object, side by side where they wait. */
export function executeFields(
  run: Run,
  selection: Selection,
  source: unknown,
  path: Path | undefined,
): Answer | Promise<Answer> {
  const answer = emptyAnswer(selection);
  let waiting: string[] | null = null;
  try {
    for (const field of selection.fields) {
      const told = executeField(run, field, source, path);
      answer[field.responseName] = told;
      if (isPromise(told)) {
        waiting ??= [];
        waiting.push(field.responseName);
      }
    }
  } catch (error) {
    if (waiting === null) throw error;
    return whenAllAreThere(answer, waiting).finally(() => {
      throw error;
    });
  }
  return waiting === null ? answer : whenAllAreThere(answer, waiting);
}

/** Executes the fields of a mutation, each when the one before has been answered. */
export function executeSerially(
  run: Run,
  selection: Selection,
  source: unknown,
): Answer | PromiseLike<Answer> {
  let answer: Answer | PromiseLike<Answer> = emptyAnswer(selection);
  for (const field of selection.fields) {
    const addTo = (before: Answer) =>
      answerWith(before, field.responseName, executeField(run, field, source, undefined));
    answer = isPromise(answer) ? answer.then(addTo) : addTo(answer);
  }
  return answer;
}

function answerWith(answer: Answer, name: string, told: unknown): Answer | PromiseLike<Answer> {
  if (isPromise(told)) return told.then((there) => answerWith(answer, name, there));
  answer[name] = told;
  return answer;
}

/** A field of an object: what is told of it, or a promise of that. */
function executeField(run: Run, field: CompiledField, source: unknown, parent: Path | undefined): unknown {
  const { position, property } = field;
  let value: unknown;
  try {
    if (property !== null) value = readProperty(source, property);
  } catch (error) {
    const info = new FieldInfo(run, field, parent);
    return failed(run, position, error, info, info.path);
  }
  if (property !== null && position.isTold?.(value)) return value;
  const info = new FieldInfo(run, field, parent);
  return property === null || typeof value === 'function'
    ? resolveField(run, field, source, info)
    : tell(run, position, value, info, info.path);
}

function resolveField(run: Run, field: CompiledField, source: unknown, info: FieldInfo): unknown {
  const { position } = field;
  let value: unknown;
  try {
    value = field.resolve(source, field.readArguments(run), run.request.contextValue, info);
  } catch (error) {
    return failed(run, position, error, info, info.path);
  }
  return position.isTold?.(value) ? value : tell(run, position, value, info, info.path);
}

/** As graphql-js' `defaultFieldResolver` reads it. */
function readProperty(source: unknown, property: string): unknown {
  const isObject = typeof source === 'object' ? source !== null : typeof source === 'function';
  return isObject ? (source as Answer)[property] : undefined;
}

/** An object for the values of a selection, in plain form: JSON of those without a prototype takes twice as long. */
function emptyAnswer({ namesProto }: Selection): Answer {
  return namesProto ? Object.create(null) : {};
}

async function whenAllAreThere(answer: Answer, waiting: readonly string[]): Promise<Answer> {
  const there = await Promise.all(waiting.map((name) => answer[name]));
  for (const [index, name] of waiting.entries()) answer[name] = there[index];
  return answer;
}
