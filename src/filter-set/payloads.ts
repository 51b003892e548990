import { builder } from '../graphql/builder.ts';
import type { InputFields } from '../graphql/inputs.ts';
import { FilterSetRef } from './ref.ts';

/** A payload that is a filter set. */
export const filterSetPayload = (name: string, description: string) =>
  builder.objectRef<{ filterSetKey: number }>(name).implement({
    description,
    fields: (t) => ({
      filterSet: t.field({
        type: FilterSetRef,
        description: 'The filter set as it is now.',
        resolve: ({ filterSetKey }) => filterSetKey,
      }),
    }),
  });

/** The `filterSetId` of an input. */
export const filterSetIdField = (t: InputFields) =>
  t.id({ required: true, description: 'Id of a FilterSet.' });

/** Where an input has it. */
export const filterSetPath = ['input', 'filterSetId'];
