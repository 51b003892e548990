import { builder } from '../graphql/builder.ts';
import { callOf, commonErrors, idempotencyKeyField } from '../graphql/inputs.ts';
import { perform } from '../graphql/mutation.ts';
import { checkInput, type InputCheck } from '../input.ts';
import { type Approved, approveSubmissions } from './approve-service.ts';
import { InvalidSubmissionsError } from './errors.ts';
import { SubmissionRef } from './ref.ts';
import { mostAtOnce } from './rules.ts';

const ApproveSubmissionsInput = builder.inputType('ApproveSubmissionsInput', {
  description: 'Which submissions to approve together.',
  fields: (t) => ({
    submissionIds: t.idList({
      required: true,
      description: `Ids of Submissions, of one study or of several: 1–${mostAtOnce.toLocaleString('en')}. One that is named twice counts once.`,
    }),
    idempotencyKey: idempotencyKeyField(t),
  }),
});

const ApproveSubmissionsPayload = builder.objectRef<Approved>('ApproveSubmissionsPayload').implement({
  description: 'The submissions that were approved.',
  fields: (t) => ({
    submissions: t.field({
      type: [SubmissionRef],
      extensions: { rows: 1 },
      description: 'The submissions as they are now, in the order of the list.',
      resolve: ({ submissionKeys }) => [...submissionKeys],
    }),
  }),
});

builder.mutationField('approveSubmissions', (t) =>
  t.field({
    type: ApproveSubmissionsPayload,
    nullable: true,
    // The lists below it count once each: here it is known how long they may be.
    extensions: { rows: lengthOfList },
    description:
      'Approves submissions together: all of them or, where one cannot be, none, and then it is said of each what is wrong. Needs COLLABORATOR.',
    args: {
      input: t.arg({ type: ApproveSubmissionsInput, required: true, description: 'Which submissions.' }),
    },
    errors: { types: [...commonErrors, InvalidSubmissionsError] },
    resolve: (_root, { input }, context) =>
      perform(context, (store, viewer) => {
        const { call, ids } = checkInput((check) => ({
          call: callOf('approveSubmissions', input, check),
          ids: checkIds(check, input.submissionIds),
        }));
        return approveSubmissions(store, viewer, call, ids);
      }),
  }),
);

/** How many submissions an input names that nobody has looked at yet; more than are allowed are refused later. */
function lengthOfList({ input }: Readonly<Record<string, unknown>>): number {
  const isObject = typeof input === 'object' && input !== null;
  const ids = isObject && 'submissionIds' in input ? input.submissionIds : null;
  return Array.isArray(ids) ? Math.min(ids.length, mostAtOnce) : 1;
}

function checkIds(check: InputCheck, given: readonly string[]): string[] {
  const path = ['input', 'submissionIds'];
  if (given.length === 0) check.fail(path, 'Name at least one submission.');
  if (given.length > mostAtOnce) {
    const most = mostAtOnce.toLocaleString('en');
    check.fail(
      path,
      `At most ${most} submissions are allowed; this has ${given.length.toLocaleString('en')}.`,
    );
    return [];
  }
  return given.map((id, index) => check.id([...path, index], id, 'Submission'));
}
