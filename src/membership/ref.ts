import { builder } from '../graphql/builder.ts';
import { nodeRef } from '../graphql/node.ts';
import { loadChanges } from './loaders.ts';

export const MembershipChangeRef = nodeRef('MembershipChange', loadChanges);

export const MembershipChangeConnection = builder.connectionObject(
  {
    type: MembershipChangeRef,
    name: 'MembershipChangeConnection',
    description: "A page of a group's change log.",
  },
  { description: 'A membership change in a list.' },
);
