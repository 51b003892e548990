import { ForbiddenError, IdempotencyKeyReusedError, InvalidInputError, NotFoundError } from '../errors.ts';
import type { Call } from '../idempotency/service.ts';
import { type InputCheck, longestIdempotencyKey } from '../input.ts';
import type { builder } from './builder.ts';

/** The errors of every mutation that takes an id and an idempotency key. */
export const commonErrors = [InvalidInputError, NotFoundError, ForbiddenError, IdempotencyKeyReusedError];

/** What the fields of an input type are built with. */
export type InputFields = Parameters<Parameters<typeof builder.inputType>[1]['fields']>[0];

/** The `idempotencyKey` of an input. */
export function idempotencyKeyField(t: InputFields) {
  return t.string({
    description:
      'Makes the call safe to repeat: within 24 hours the same key with the same input answers as the first time and does nothing. 1–200 characters of your choice.',
  });
}

/** A mutation's call, as the idempotency key sees it. */
export function callOf<Input extends { idempotencyKey?: string | null | undefined }>(
  mutation: string,
  { idempotencyKey, ...input }: Input,
  check: InputCheck,
): Call {
  if (idempotencyKey == null) return { mutation, idempotencyKey: null, input };
  const path = ['input', 'idempotencyKey'];
  if (idempotencyKey === '') check.fail(path, 'This must not be empty.');
  else check.text(path, idempotencyKey, longestIdempotencyKey);
  return { mutation, idempotencyKey, input };
}

/** A required text of an update: undefined keeps, null can't be. */
export function keptName(
  check: InputCheck,
  path: readonly string[],
  value: string | null | undefined,
): string | undefined {
  if (value === undefined) return undefined;
  if (value !== null) return check.name(path, value);
  check.fail(path, 'This cannot be cleared. Leave it out to keep what is there.');
  return undefined;
}

/** An optional text of an update: undefined keeps, null clears. */
export function keptText(
  check: InputCheck,
  path: readonly string[],
  value: string | null | undefined,
  longest: number,
): string | null | undefined {
  return value == null ? value : check.text(path, value, longest);
}
