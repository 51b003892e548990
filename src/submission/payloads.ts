import { builder } from '../graphql/builder.ts';
import type { InputFields } from '../graphql/inputs.ts';
import { SubmissionRef } from './ref.ts';

/** The payload of a mutation of one submission. */
export function submissionPayload(name: string, description: string) {
  return builder.objectRef<{ submissionKey: number }>(name).implement({
    description,
    fields: (t) => ({
      submission: t.field({
        type: SubmissionRef,
        description: 'The submission as it is now.',
        resolve: ({ submissionKey }) => submissionKey,
      }),
    }),
  });
}

/** The `submissionId` of an input. */
export const submissionIdField = (t: InputFields) =>
  t.id({ required: true, description: 'Id of a Submission.' });

export const submissionPath = ['input', 'submissionId'];
