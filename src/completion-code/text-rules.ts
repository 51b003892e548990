import { encodeGlobalId } from '../global-id.ts';
import type { GivenAction, GivenCode } from './rules.ts';

/** What a study's codes say, as JSON in the shape of the input and with global ids; null for none. */
export function textOfCodes(codes: readonly GivenCode[]): string | null {
  if (codes.length === 0) return null;
  return JSON.stringify(
    codes.map(({ code, codeType, actions }) => ({ code, codeType, actions: actions.map(inputOf) })),
  );
}

function inputOf({ kind, groupId, returnReason }: GivenAction): object {
  return {
    kind,
    ...(groupId === null ? {} : { participantGroupId: encodeGlobalId('ParticipantGroup', groupId) }),
    ...(returnReason === null ? {} : { returnReason: inOneLine(returnReason) }),
  };
}

/** JSON writes tabs and line breaks with letters: a participant ID after one would not be a word of its own to an erasure. */
function inOneLine(text: string): string {
  return text.replace(/[\t\n\r]/g, ' ');
}
