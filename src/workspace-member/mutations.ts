import { UserRef } from '../access/ref.ts';
import type { Role } from '../errors.ts';
import { encodeGlobalId } from '../global-id.ts';
import { builder } from '../graphql/builder.ts';
import { ErrorInterface, WorkspaceRoleEnum } from '../graphql/errors.ts';
import { callOf, commonErrors, type InputFields, idempotencyKeyField } from '../graphql/inputs.ts';
import { perform } from '../graphql/mutation.ts';
import { checkInput, type InputCheck } from '../input.ts';
import { WorkspaceRef } from '../workspace/ref.ts';
import { LastAdminError } from './errors.ts';
import { changeMemberRole, type MemberName, type MemberResult, removeMember } from './service.ts';

builder.objectType(LastAdminError, {
  name: 'LastAdminError',
  description: 'The workspace would be left without an admin; nothing was changed.',
  interfaces: [ErrorInterface],
});

const memberFields = (t: InputFields) => ({
  workspaceId: t.id({ required: true, description: 'Id of a Workspace.' }),
  userId: t.id({ required: true, description: 'Id of a User who belongs to it.' }),
  idempotencyKey: idempotencyKeyField(t),
});

function checkMember(input: MemberName, check: InputCheck): MemberName {
  return {
    workspaceId: check.id(['input', 'workspaceId'], input.workspaceId, 'Workspace'),
    userId: check.id(['input', 'userId'], input.userId, 'User'),
  };
}

const ChangeWorkspaceMemberRolePayload = builder
  .objectRef<MemberResult<Role>>('ChangeWorkspaceMemberRolePayload')
  .implement({
    description: 'The member with their role.',
    fields: (t) => ({
      workspace: t.field({
        type: WorkspaceRef,
        description: 'The workspace.',
        resolve: ({ workspaceKey }) => workspaceKey,
      }),
      user: t.field({ type: UserRef, description: 'The member.', resolve: ({ userId }) => userId }),
      role: t.field({
        type: WorkspaceRoleEnum,
        description: 'The role that this call gave them.',
        resolve: ({ role }) => role,
      }),
    }),
  });

const ChangeWorkspaceMemberRoleInput = builder.inputType('ChangeWorkspaceMemberRoleInput', {
  description: 'Whose role to change, and to what.',
  fields: (t) => ({
    ...memberFields(t),
    role: t.field({ type: WorkspaceRoleEnum, required: true, description: 'The new role.' }),
  }),
});

builder.mutationField('changeWorkspaceMemberRole', (t) =>
  t.field({
    type: ChangeWorkspaceMemberRolePayload,
    nullable: true,
    description: 'Gives a member another role; it holds from the next request on. Needs ADMIN.',
    args: {
      input: t.arg({ type: ChangeWorkspaceMemberRoleInput, required: true, description: 'Whose role.' }),
    },
    errors: { types: [...commonErrors, LastAdminError] },
    resolve: (_root, { input }, context) =>
      perform(context, ({ database }, viewer) => {
        const { call, member } = checkInput((check) => ({
          call: callOf('changeWorkspaceMemberRole', input, check),
          member: checkMember(input, check),
        }));
        return changeMemberRole(database, viewer, call, { ...member, role: input.role });
      }),
  }),
);

const RemoveWorkspaceMemberPayload = builder
  .objectRef<MemberResult<null>>('RemoveWorkspaceMemberPayload')
  .implement({
    description: 'Who was removed.',
    fields: (t) => ({
      workspace: t.field({
        type: WorkspaceRef,
        nullable: true,
        description: 'The workspace; null for who has left it themselves.',
        resolve: ({ workspaceKey }, _args, { viewer }) =>
          viewer?.roles.has(workspaceKey) === true ? workspaceKey : null,
      }),
      removedUserId: t.id({
        description: 'Id of the User who is no longer a member.',
        resolve: ({ userId }) => encodeGlobalId('User', userId),
      }),
    }),
  });

const RemoveWorkspaceMemberInput = builder.inputType('RemoveWorkspaceMemberInput', {
  description: 'Who is to leave.',
  fields: memberFields,
});

builder.mutationField('removeWorkspaceMember', (t) =>
  t.field({
    type: RemoveWorkspaceMemberPayload,
    nullable: true,
    description:
      'Ends a membership, from the next request on, and revokes the member’s tokens that are narrowed to the workspace, the invitations that they made as an admin and, where an admin removes them, open ones to their address. What they did stays, with their name. Needs ADMIN; everyone may leave by themselves.',
    args: { input: t.arg({ type: RemoveWorkspaceMemberInput, required: true, description: 'Who.' }) },
    errors: { types: [...commonErrors, LastAdminError] },
    resolve: (_root, { input }, context) =>
      perform(context, ({ database }, viewer) => {
        const { call, member } = checkInput((check) => ({
          call: callOf('removeWorkspaceMember', input, check),
          member: checkMember(input, check),
        }));
        return removeMember(database, viewer, call, member);
      }),
  }),
);
