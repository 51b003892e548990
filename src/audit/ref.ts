import { builder } from '../graphql/builder.ts';
import { nodeRef } from '../graphql/node.ts';
import { loadAuditEntries } from './loaders.ts';

export const AuditEntryRef = nodeRef('AuditEntry', loadAuditEntries);

export const AuditLogConnection = builder.connectionObject(
  { type: AuditEntryRef, name: 'AuditLogConnection', description: "A page of a workspace's audit log." },
  { description: 'An audit entry in a list.' },
);
