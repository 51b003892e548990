import { FilterSetRef, FilterSetVersionRef } from './ref.ts';

FilterSetRef.implement({
  description: 'A named, versioned tree of filters that several studies can share.',
  fields: (t) => ({ name: t.exposeString('name', { description: 'What it is called; not unique.' }) }),
});

FilterSetVersionRef.implement({
  description: "One edit of a filter set's filters; never edited itself.",
  fields: (t) => ({
    version: t.exposeInt('version', { description: 'Numbers the versions of a set: 1, 2, 3 …' }),
  }),
});
