import { UserRef } from '../access/ref.ts';
import type { AuditAction } from '../database/prisma/client.ts';
import { requireAdmin } from '../graphql/admin-only.ts';
import { builder } from '../graphql/builder.ts';
import { connect } from '../graphql/connection.ts';
import { batched } from '../graphql/loader.ts';
import { loadNodeOf } from '../graphql/node.ts';
import { WorkspaceRef } from '../workspace/ref.ts';
import { type AuditRow, auditOrder, countAuditEntries, loadAuditPages } from './loaders.ts';
import { AuditEntryRef, AuditLogConnection } from './ref.ts';
import type { AuditChange } from './rules.ts';

const AuditActionEnum = builder.enumType('AuditAction', {
  description: 'What somebody did, besides editing the members of a group.',
  values: {
    WORKSPACE_CREATED: { description: 'Made the workspace.' },
    WORKSPACE_UPDATED: { description: "Edited the workspace's own fields." },
    PROJECT_CREATED: { description: 'Made a project.' },
    PROJECT_UPDATED: { description: "Edited a project's own fields." },
    PARTICIPANT_GROUP_CREATED: { description: 'Made a participant group.' },
    PARTICIPANT_GROUP_UPDATED: { description: "Edited a group's own fields or flag." },
    PARTICIPANT_GROUP_DELETED: { description: 'Deleted a group.' },
    PARTICIPANT_GROUP_RESTORED: { description: 'Brought a deleted group back.' },
    PARTICIPANT_ERASED: { description: 'Erased a person.' },
    MEMBER_ADDED: { description: 'A user was given a role in the workspace.' },
    MEMBER_ROLE_CHANGED: { description: 'A member was given another role.' },
    MEMBER_REMOVED: { description: 'A member was removed, or left.' },
    INVITATION_CREATED: { description: 'Invited somebody.' },
    INVITATION_REDEEMED: { description: 'Took up an invitation.' },
    INVITATION_REVOKED: { description: 'Took an invitation back.' },
    API_TOKEN_CREATED: { description: 'Made an API token for the workspace.' },
    API_TOKEN_REVOKED: { description: 'Revoked an API token of the workspace.' },
    STUDY_CREATED: { description: 'Made a study.' },
    STUDY_UPDATED: { description: "Edited a study's own fields or filters." },
    STUDY_DELETED: { description: 'Deleted a study that was never published.' },
    STUDY_PUBLISHED: { description: 'Published a study.' },
    STUDY_PAUSED: { description: 'Paused a study.' },
    STUDY_STARTED: { description: 'Started a paused study again.' },
    STUDY_STOPPED: { description: 'Stopped a study for good.' },
    STUDY_COMPLETED: { description: 'Approved submissions have filled all places of a study.' },
    FILTER_SET_CREATED: { description: 'Made a filter set.' },
    FILTER_SET_UPDATED: { description: "Edited a filter set's name or filters." },
    FILTER_SET_DELETED: { description: 'Deleted a filter set.' },
    FILTER_SET_LOCKED: { description: 'Locked a filter set against edits.' },
    FILTER_SET_UNLOCKED: { description: 'Unlocked a filter set.' },
  } satisfies Record<AuditAction, { description: string }>,
});

const AuditChangeType = builder.objectRef<AuditChange>('AuditChange').implement({
  description: 'One field that differs.',
  fields: (t) => ({
    field: t.exposeString('field', { description: 'The name that the field has in inputs.' }),
    from: t.exposeString('from', {
      nullable: true,
      description: 'Its value before, as text; null for none.',
    }),
    to: t.exposeString('to', { nullable: true, description: 'Its value after, as text; null for none.' }),
  }),
});

AuditEntryRef.implement({
  description: 'Who did what, and when. Only admins of the workspace see it.',
  fields: (t) => ({
    action: t.field({
      type: AuditActionEnum,
      description: 'What was done.',
      resolve: ({ action }) => action,
    }),
    actor: t.field({
      type: UserRef,
      nullable: true,
      description: 'Who did it; readable by name after they have left the workspace.',
      resolve: ({ actorId }) => actorId,
    }),
    occurredAt: t.field({
      type: 'DateTime',
      description: 'When it was done.',
      resolve: ({ occurredAt }) => occurredAt,
    }),
    subject: t.field({
      type: builder.nodeInterfaceRef(),
      nullable: true,
      description: 'What it was done to; null where the viewer cannot read it, or can no longer.',
      resolve: ({ subject }, _args, context) => {
        const [type = '', key = ''] = subject.split(':');
        return loadNodeOf(context, type, key);
      },
    }),
    subjectName: t.exposeString('subjectName', { description: 'What that was called then.' }),
    changes: t.field({
      type: [AuditChangeType],
      description: 'The fields that differ; of what was made, all that have a value.',
      resolve: ({ changes }) => [...changes],
    }),
  }),
});

const pages = batched(loadAuditPages);
const counts = batched(countAuditEntries);

builder.objectField(WorkspaceRef, 'auditLog', (t) =>
  t.connection(
    {
      type: AuditEntryRef,
      nullable: true,
      description:
        'Who did what, newest first; edits of members are in the log of each group. For admins; for others null, with a FORBIDDEN error.',
      resolve: ({ key }, args, context) => {
        requireAdmin(context, key);
        return connect<AuditRow>(args, {
          field: 'Workspace.auditLog',
          parent: key,
          order: auditOrder,
          positionOf: (entry) => [entry.key],
          load: (range) => pages(context, range).load(key),
          totalCount: () => counts(context, null).load(key),
        });
      },
    },
    AuditLogConnection,
  ),
);
