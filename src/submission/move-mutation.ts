import { builder } from '../graphql/builder.ts';
import { callOf, commonErrors, idempotencyKeyField } from '../graphql/inputs.ts';
import { perform } from '../graphql/mutation.ts';
import { checkInput, type InputCheck } from '../input.ts';
import { GroupDeletedError } from '../participant-group/errors.ts';
import { InvalidSubmissionStateError, StudyFullError } from './errors.ts';
import { moveSubmission } from './move-service.ts';
import { submissionIdField, submissionPath, submissionPayload } from './payloads.ts';
import { longestMessage, type SubmissionMove } from './rules.ts';

const descriptions: Readonly<Record<SubmissionMove, string>> = {
  approve: 'Approves a submission: AWAITING_REVIEW becomes APPROVED. Needs COLLABORATOR.',
  reject:
    'Rejects a submission, which frees its place: AWAITING_REVIEW becomes REJECTED. What its code did to groups stays. Needs COLLABORATOR.',
  unreject:
    'Takes a rejection back: REJECTED becomes AWAITING_REVIEW. There must be a free place, and the groups that the study uses must be live. Needs COLLABORATOR.',
  return:
    'Gives a submission back, which frees its place: ACTIVE or AWAITING_REVIEW becomes RETURNED. What its code did to groups stays. Needs COLLABORATOR.',
};

type Refusal = typeof StudyFullError | typeof GroupDeletedError;

function addMove(move: Exclude<SubmissionMove, 'reject'>, refusals: readonly Refusal[] = []): void {
  const name = `${move}Submission` as const;
  const capital = `${name.charAt(0).toUpperCase()}${name.slice(1)}`;
  const Input = builder.inputType(`${capital}Input`, {
    description: `Which submission to ${move}.`,
    fields: (t) => ({ submissionId: submissionIdField(t), idempotencyKey: idempotencyKeyField(t) }),
  });
  builder.mutationField(name, (t) =>
    t.field({
      type: submissionPayload(`${capital}Payload`, 'The submission that was moved.'),
      nullable: true,
      description: descriptions[move],
      args: { input: t.arg({ type: Input, required: true, description: 'Which submission.' }) },
      errors: { types: [...commonErrors, InvalidSubmissionStateError, ...refusals] },
      resolve: (_root, { input }, context) =>
        perform(context, (store, viewer) => {
          const { call, submissionId } = checkInput((check) => ({
            call: callOf(name, input, check),
            submissionId: check.id(submissionPath, input.submissionId, 'Submission'),
          }));
          return moveSubmission(store, viewer, call, { submissionId, move, message: null });
        }),
    }),
  );
}

addMove('approve');
addMove('unreject', [StudyFullError, GroupDeletedError]);
addMove('return');

const RejectSubmissionInput = builder.inputType('RejectSubmissionInput', {
  description: 'Which submission to reject, and why.',
  fields: (t) => ({
    submissionId: submissionIdField(t),
    message: t.string({ required: true, description: `Why: 1–${longestMessage} characters.` }),
    idempotencyKey: idempotencyKeyField(t),
  }),
});

builder.mutationField('rejectSubmission', (t) =>
  t.field({
    type: submissionPayload('RejectSubmissionPayload', 'The submission that was rejected.'),
    nullable: true,
    description: descriptions.reject,
    args: {
      input: t.arg({ type: RejectSubmissionInput, required: true, description: 'Which one, and why.' }),
    },
    errors: { types: [...commonErrors, InvalidSubmissionStateError] },
    resolve: (_root, { input }, context) =>
      perform(context, (store, viewer) => {
        const { call, rejection } = checkInput((check) => ({
          call: callOf('rejectSubmission', input, check),
          rejection: {
            submissionId: check.id(submissionPath, input.submissionId, 'Submission'),
            move: 'reject' as const,
            message: checkMessage(check, input.message),
          },
        }));
        return moveSubmission(store, viewer, call, rejection);
      }),
  }),
);

function checkMessage(check: InputCheck, given: string): string {
  const path = ['input', 'message'];
  if (given.trim() === '') check.fail(path, 'This must not be empty.');
  return check.text(path, given, longestMessage);
}
