import { StudyRef } from './ref.ts';

StudyRef.implement({
  description: 'A study.',
  fields: (t) => ({ name: t.exposeString('name', { description: 'The name that participants see.' }) }),
});
