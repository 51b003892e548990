import type { StudyStatus } from '../database/prisma/client.ts';
import { builder } from '../graphql/builder.ts';

export const StudyStatusEnum = builder.enumType('StudyStatus', {
  description: 'Where a study stands.',
  values: {
    UNPUBLISHED: { description: 'A draft: all of it can be edited, and nobody can take part.' },
    ACTIVE: { description: 'Published: who is eligible can take part.' },
    PAUSED: { description: 'Published, and nobody new can take part for now.' },
    COMPLETED: {
      description:
        'Over: stopped by hand, or approved submissions have filled all its places. In the second case more places make it ACTIVE again.',
    },
  } satisfies Record<StudyStatus, { description: string }>,
});
