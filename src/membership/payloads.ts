import { builder } from '../graphql/builder.ts';
import { InvalidParticipantIdType } from '../participant/error-types.ts';
import { ParticipantGroupRef } from '../participant-group/ref.ts';
import { changeKey } from './loaders.ts';
import { MembershipChangeRef } from './ref.ts';
import type { EditResult } from './rules.ts';

export const IfInvalidEnum = builder.enumType('IfInvalid', {
  description: 'What to do with malformed participant IDs of a list.',
  values: {
    REJECT: { description: 'Refuse the call; nothing is changed.' },
    SKIP: { description: 'Apply the rest, and report what was skipped.' },
  },
});

const numbers = {
  addedCount: { description: 'How many joined.', of: (result: EditResult) => result.addedCount },
  removedCount: { description: 'How many left.', of: (result: EditResult) => result.removedCount },
  keptCount: {
    description: 'How many were members before and still are.',
    of: (result: EditResult) => result.keptCount,
  },
  alreadyMemberCount: {
    description: 'How many were members already.',
    of: (result: EditResult) => result.keptCount,
  },
  notMemberCount: {
    description: 'How many were not members.',
    of: (result: EditResult) => result.absentCount,
  },
};

/** The payload of an edit of members: the group, the numbers that the edit has, what was skipped, and the change. */
export function editPayload(name: string, description: string, names: readonly (keyof typeof numbers)[]) {
  return builder.objectRef<EditResult>(name).implement({
    description,
    fields: (t) => ({
      participantGroup: t.field({
        type: ParticipantGroupRef,
        description: 'The group as it is now.',
        resolve: ({ groupKey }) => groupKey,
      }),
      ...Object.fromEntries(
        names.map((number) => [
          number,
          t.int({
            description: numbers[number].description,
            resolve: (result) => numbers[number].of(result),
          }),
        ]),
      ),
      skippedCount: t.exposeInt('skippedCount', { description: 'How many malformed IDs were skipped.' }),
      skipped: t.field({
        type: [InvalidParticipantIdType],
        description: 'The first 100 of the skipped.',
        resolve: ({ skipped }) => [...skipped],
      }),
      change: t.field({
        type: MembershipChangeRef,
        nullable: true,
        description: 'The change that was made; null where nothing changed.',
        resolve: ({ groupKey, version }) => (version === null ? null : changeKey(groupKey, version)),
      }),
    }),
  });
}
