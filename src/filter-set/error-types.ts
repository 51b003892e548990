import { builder } from '../graphql/builder.ts';
import { ErrorInterface } from '../graphql/errors.ts';
import { StudyConnection, StudyRef } from '../study/ref.ts';
import { FilterSetInUseError, FilterSetLockedError } from './errors.ts';
import { listUsers } from './listing.ts';
import { FilterSetRef } from './ref.ts';

builder.objectType(FilterSetLockedError, {
  name: 'FilterSetLockedError',
  description: 'The filter set is locked; nothing was changed.',
  interfaces: [ErrorInterface],
  fields: (t) => ({
    filterSet: t.field({
      type: FilterSetRef,
      description: 'The locked filter set.',
      resolve: ({ filterSetKey }) => filterSetKey,
    }),
  }),
});

builder.objectType(FilterSetInUseError, {
  name: 'FilterSetInUseError',
  description: 'Unpublished studies take their filters from the filter set; it was not deleted.',
  interfaces: [ErrorInterface],
  fields: (t) => ({
    studies: t.connection(
      {
        type: StudyRef,
        description: 'Those studies, in the order in which they were made.',
        resolve: ({ filterSetKey }, args, context) =>
          listUsers('FilterSetInUseError.studies', 'UNPUBLISHED', filterSetKey, args, context),
      },
      StudyConnection,
    ),
  }),
});
