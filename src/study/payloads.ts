import { builder } from '../graphql/builder.ts';
import type { InputFields } from '../graphql/inputs.ts';
import { StudyRef } from './ref.ts';

/** The payload of a mutation of one study. */
export function studyPayload(name: string, description: string) {
  return builder.objectRef<{ studyKey: number }>(name).implement({
    description,
    fields: (t) => ({
      study: t.field({
        type: StudyRef,
        description: 'The study as it is now.',
        resolve: ({ studyKey }) => studyKey,
      }),
    }),
  });
}

/** The `studyId` of an input. */
export const studyIdField = (t: InputFields) => t.id({ required: true, description: 'Id of a Study.' });

export const studyPath = ['input', 'studyId'];
