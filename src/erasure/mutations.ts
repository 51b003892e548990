import { builder } from '../graphql/builder.ts';
import { callOf, commonErrors, idempotencyKeyField } from '../graphql/inputs.ts';
import { perform } from '../graphql/mutation.ts';
import { checkInput } from '../input.ts';
import { changeKey } from '../membership/loaders.ts';
import { MembershipChangeRef } from '../membership/ref.ts';
import { ParticipantRef } from '../participant/ref.ts';
import { WorkspaceRef } from '../workspace/ref.ts';
import { type Erased, eraseParticipant } from './service.ts';

/** So many changes are told; a person in more groups than that is rare. */
const mostChanges = 100;

const EraseParticipantInput = builder.inputType('EraseParticipantInput', {
  description: 'Whom to erase.',
  fields: (t) => ({
    workspaceId: t.id({ required: true, description: 'Id of the Workspace that is to forget them.' }),
    participantId: t.string({ required: true, description: 'Their ID on the recruiting platform.' }),
    idempotencyKey: idempotencyKeyField(t),
  }),
});

const EraseParticipantPayload = builder.objectRef<Erased>('EraseParticipantPayload').implement({
  description: 'What erasing a person did.',
  fields: (t) => ({
    workspace: t.field({
      type: WorkspaceRef,
      description: 'The workspace that has forgotten them.',
      resolve: ({ workspaceKey }) => workspaceKey,
    }),
    participant: t.field({
      type: ParticipantRef,
      description: 'Who they are now: readable by id, for history, under an ID `erased~…`.',
      resolve: ({ participantKey }) => participantKey,
    }),
    changes: t.field({
      type: [MembershipChangeRef],
      extensions: { rows: mostChanges },
      description: `The changes by which they left their groups, deleted ones included: one for each, the first ${mostChanges}.`,
      resolve: ({ changes }) =>
        changes.slice(0, mostChanges).map(({ groupKey, version }) => changeKey(groupKey, version)),
    }),
    changeCount: t.int({
      description: 'How many groups they left.',
      resolve: ({ changes }) => changes.length,
    }),
  }),
});

builder.mutationField('eraseParticipant', (t) =>
  t.field({
    type: EraseParticipantPayload,
    nullable: true,
    // It reads all texts of the workspace, and its edits wait.
    extensions: { surcharge: 1_000 },
    description:
      'Erases a person for good: they leave every group, and a random ID takes the place of theirs, in texts too. History keeps its numbers. Needs ADMIN.',
    args: { input: t.arg({ type: EraseParticipantInput, required: true, description: 'Whom.' }) },
    errors: { types: commonErrors },
    resolve: (_root, { input }, context) =>
      perform(context, ({ database }, viewer) => {
        const { call, erasure } = checkInput((check) => ({
          call: callOf('eraseParticipant', input, check),
          erasure: {
            workspaceId: check.id(['input', 'workspaceId'], input.workspaceId, 'Workspace'),
            participantId: input.participantId,
          },
        }));
        return eraseParticipant(database, viewer, call, erasure);
      }),
  }),
);
