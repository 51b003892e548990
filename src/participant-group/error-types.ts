import { builder } from '../graphql/builder.ts';
import { ErrorInterface } from '../graphql/errors.ts';
import { GroupDeletedError, GroupInUseError, NameTakenError } from './errors.ts';
import { ParticipantGroupRef } from './ref.ts';

builder.objectType(NameTakenError, {
  name: 'NameTakenError',
  description: 'Another live group of the workspace has this name; nothing was changed.',
  interfaces: [ErrorInterface],
  fields: (t) => ({
    participantGroup: t.field({
      type: ParticipantGroupRef,
      description: 'The group that has the name.',
      resolve: ({ groupKey }) => groupKey,
    }),
  }),
});

builder.objectType(GroupDeletedError, {
  name: 'GroupDeletedError',
  description: 'The group is deleted: it takes no edits, and nothing new can name it. Restore it first.',
  interfaces: [ErrorInterface],
  fields: (t) => ({
    participantGroup: t.field({
      type: ParticipantGroupRef,
      description: 'The deleted group.',
      resolve: ({ groupKey }) => groupKey,
    }),
  }),
});

builder.objectType(GroupInUseError, {
  name: 'GroupInUseError',
  description: 'The group is in use and was not deleted.',
  interfaces: [ErrorInterface],
  fields: (t) => ({
    isUniversalBlocklist: t.exposeBoolean('isUniversalBlocklist', {
      description: 'Whether it is a universal blocklist: clear the flag first.',
    }),
  }),
});
