import { StudyRef } from './ref.ts';

StudyRef.implement({
  description: 'Something that participants take part in.',
  fields: (t) => ({
    name: t.exposeString('name', { description: 'What participants see.' }),
  }),
});
