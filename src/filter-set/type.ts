import { FilterSetRef, FilterSetVersionRef } from './ref.ts';

FilterSetRef.implement({
  description: 'Filters with a name that several studies can use.',
  fields: (t) => ({
    name: t.exposeString('name', { description: 'The name.' }),
  }),
});

FilterSetVersionRef.implement({
  description: 'The filters of a filter set as one edit left them.',
  fields: (t) => ({
    version: t.exposeInt('version', { description: 'Counts the edits of the filters, from 1.' }),
  }),
});
