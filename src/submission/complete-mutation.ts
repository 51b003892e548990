import { longestCode } from '../completion-code/rules.ts';
import { builder } from '../graphql/builder.ts';
import { callOf, commonErrors, idempotencyKeyField } from '../graphql/inputs.ts';
import { batched } from '../graphql/loader.ts';
import { perform } from '../graphql/mutation.ts';
import { checkInput, type InputCheck } from '../input.ts';
import { MembershipChangeRef } from '../membership/ref.ts';
import { loadChangesOfSubmissions } from './change-loaders.ts';
import { completeSubmission } from './complete-service.ts';
import { InvalidSubmissionStateError } from './errors.ts';
import { submissionIdField, submissionPath, submissionPayload } from './payloads.ts';
import { usualChanges } from './rules.ts';

const changesOf = batched(loadChangesOfSubmissions);

const CompleteSubmissionInput = builder.inputType('CompleteSubmissionInput', {
  description: 'A code, and the submission that it is handed in for.',
  fields: (t) => ({
    submissionId: submissionIdField(t),
    code: t.string({
      required: true,
      description: `The code, 1–${longestCode} characters. White space around it is trimmed; case counts.`,
    }),
    idempotencyKey: idempotencyKeyField(t),
  }),
});

const CompleteSubmissionPayload = submissionPayload(
  'CompleteSubmissionPayload',
  'The submission for which a code was handed in.',
);

builder.objectField(CompleteSubmissionPayload, 'membershipChanges', (t) =>
  t.field({
    type: [MembershipChangeRef],
    extensions: { rows: usualChanges },
    description: 'What the code did to groups; empty where it made no difference, or is none of the study’s.',
    resolve: ({ submissionKey }, _args, context) => changesOf(context, null).load(submissionKey),
  }),
);

builder.mutationField('completeSubmission', (t) =>
  t.field({
    type: CompleteSubmissionPayload,
    nullable: true,
    description:
      'Hands a code in. One of the study’s runs its actions, once; any other leaves the submission to be reviewed, and the right one can be handed in later. Needs COLLABORATOR.',
    args: { input: t.arg({ type: CompleteSubmissionInput, required: true, description: 'The code.' }) },
    errors: { types: [...commonErrors, InvalidSubmissionStateError] },
    resolve: (_root, { input }, context) =>
      perform(context, (store, viewer) => {
        const { call, handIn } = checkInput((check) => ({
          call: callOf('completeSubmission', input, check),
          handIn: {
            submissionId: check.id(submissionPath, input.submissionId, 'Submission'),
            code: enteredCode(check, input.code),
          },
        }));
        return completeSubmission(store, viewer, call, handIn);
      }),
  }),
);

function enteredCode(check: InputCheck, given: string): string {
  const path = ['input', 'code'];
  const code = given.trim();
  if (code === '') check.fail(path, 'This must not be empty.');
  else if (/\p{Cc}/u.test(code)) check.fail(path, 'Control characters are not allowed.');
  else check.text(path, code, longestCode);
  return code;
}
