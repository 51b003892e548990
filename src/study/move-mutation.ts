import { builder } from '../graphql/builder.ts';
import { callOf, commonErrors, idempotencyKeyField } from '../graphql/inputs.ts';
import { perform } from '../graphql/mutation.ts';
import { checkInput } from '../input.ts';
import { GroupDeletedError } from '../participant-group/errors.ts';
import { InvalidStudyStateError } from './errors.ts';
import { moveStudy } from './move-service.ts';
import { studyIdField, studyPath, studyPayload } from './payloads.ts';
import type { StudyMove } from './rules.ts';

const descriptions: Readonly<Record<StudyMove, string>> = {
  publish:
    'Publishes a study: UNPUBLISHED becomes ACTIVE. Its filters and completion codes stay as they are from then on; a filter set’s version is pinned. Needs COLLABORATOR.',
  pause: 'Pauses a study: ACTIVE becomes PAUSED. Needs COLLABORATOR.',
  start: 'Starts a paused study again: PAUSED becomes ACTIVE. Needs COLLABORATOR.',
  stop: 'Stops a study for good: ACTIVE or PAUSED becomes COMPLETED. Needs COLLABORATOR.',
};

function addMove(move: StudyMove, errors: readonly (typeof GroupDeletedError)[]): void {
  const name = `${move}Study` as const;
  const capital = `${name.charAt(0).toUpperCase()}${name.slice(1)}`;
  const Input = builder.inputType(`${capital}Input`, {
    description: `Which study to ${move}.`,
    fields: (t) => ({ studyId: studyIdField(t), idempotencyKey: idempotencyKeyField(t) }),
  });
  builder.mutationField(name, (t) =>
    t.field({
      type: studyPayload(`${capital}Payload`, 'The study that was moved.'),
      nullable: true,
      description: descriptions[move],
      args: { input: t.arg({ type: Input, required: true, description: 'Which study.' }) },
      errors: { types: [...commonErrors, InvalidStudyStateError, ...errors] },
      resolve: (_root, { input }, context) =>
        perform(context, ({ database }, viewer) => {
          const { call, id } = checkInput((check) => ({
            call: callOf(name, input, check),
            id: check.id(studyPath, input.studyId, 'Study'),
          }));
          return moveStudy(database, viewer, call, move, id);
        }),
    }),
  );
}

addMove('publish', [GroupDeletedError]);
addMove('pause', []);
addMove('start', []);
addMove('stop', []);
