import type { ParticipantIdFormat } from '../database/prisma/client.ts';
import { invalidArgument } from '../graphql/read-errors.ts';
import { mostIdsToRead, readParticipantIds } from './rules.ts';

/** A read's participant ID, trimmed. @throws GraphQLError INVALID_INPUT that names the argument */
export function participantIdArgument(argument: string, value: string, format: ParticipantIdFormat): string {
  const { valid, invalid } = readParticipantIds([value], format);
  const [participantId] = valid;
  if (participantId === undefined)
    throw invalidArgument(argument, invalid[0]?.message ?? 'This is not a participant ID.');
  return participantId;
}

/** A read's participant IDs, trimmed, in their order. @throws GraphQLError INVALID_INPUT with the indices */
export function participantIdsArgument(
  argument: string,
  values: readonly string[],
  format: ParticipantIdFormat,
): string[] {
  if (values.length > mostIdsToRead) {
    throw invalidArgument(argument, `At most ${mostIdsToRead} are allowed; this has ${values.length}.`);
  }
  const { invalid } = readParticipantIds(values, format);
  const [first] = invalid;
  if (first !== undefined) {
    throw invalidArgument(
      argument,
      `At index ${first.index}: ${first.message}`,
      invalid.map(({ index }) => index),
    );
  }
  return values.map((value) => value.trim());
}
