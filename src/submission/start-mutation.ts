import { builder } from '../graphql/builder.ts';
import { callOf, commonErrors, idempotencyKeyField } from '../graphql/inputs.ts';
import { perform } from '../graphql/mutation.ts';
import { checkInput } from '../input.ts';
import { InvalidParticipantIdsError } from '../participant/errors.ts';
import { InvalidStudyStateError } from '../study/errors.ts';
import { AlreadySubmittedError, NotEligibleError, StudyFullError } from './errors.ts';
import { submissionPayload } from './payloads.ts';
import { startSubmission } from './start-service.ts';

const StartSubmissionInput = builder.inputType('StartSubmissionInput', {
  description: 'Who starts which study.',
  fields: (t) => ({
    studyId: t.id({ required: true, description: 'Id of a Study.' }),
    participantId: t.string({
      required: true,
      description:
        'Their ID on the recruiting platform. Who was never seen in the workspace becomes known to it.',
    }),
    idempotencyKey: idempotencyKeyField(t),
  }),
});

builder.mutationField('startSubmission', (t) =>
  t.field({
    type: submissionPayload('StartSubmissionPayload', 'The submission that was started.'),
    nullable: true,
    description:
      "Starts a participant's one go at a study: it is active, has a free place, lets them in, and has no submission of theirs. Needs COLLABORATOR.",
    args: { input: t.arg({ type: StartSubmissionInput, required: true, description: 'Who starts what.' }) },
    errors: {
      types: [
        ...commonErrors,
        InvalidParticipantIdsError,
        InvalidStudyStateError,
        NotEligibleError,
        StudyFullError,
        AlreadySubmittedError,
      ],
    },
    resolve: (_root, { input }, context) =>
      perform(context, (store, viewer) => {
        const { call, start } = checkInput((check) => ({
          call: callOf('startSubmission', input, check),
          start: {
            studyId: check.id(['input', 'studyId'], input.studyId, 'Study'),
            participantId: input.participantId,
          },
        }));
        return startSubmission(store, viewer, call, start);
      }),
  }),
);
