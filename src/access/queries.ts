import { builder } from '../graphql/builder.ts';
import { unauthenticated } from '../graphql/read-errors.ts';
import { ViewerRef } from './ref.ts';

builder.queryField('viewer', (t) =>
  t.field({
    type: ViewerRef,
    description: 'Who is asking.',
    resolve: (_root, _args, { viewer }) => {
      if (viewer === null) throw unauthenticated();
      return viewer;
    },
  }),
);
