import { builder } from '../graphql/builder.ts';
import { nodeRef } from '../graphql/node.ts';
import { loadUsers } from './loaders.ts';
import type { Viewer } from './viewer.ts';

export const UserRef = nodeRef('User', loadUsers);

export const ViewerRef = builder.objectRef<Viewer>('Viewer');
