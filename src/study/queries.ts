import { builder } from '../graphql/builder.ts';
import { idArgument } from '../graphql/read-arguments.ts';
import { StudyRef } from './ref.ts';

builder.queryField('study', (t) =>
  t.field({
    type: StudyRef,
    nullable: true,
    description: 'A study by its id.',
    args: { id: t.arg.id({ required: true, description: 'Id of a Study.' }) },
    resolve: (_root, { id }) => idArgument('id', id, 'Study'),
  }),
);
