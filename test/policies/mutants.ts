import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** One policy check that is dropped from the sources. */
export interface Mutant {
  readonly name: string;
  readonly file: string;
  /** The whole file without the check. */
  readonly text: string;
}

const root = join(import.meta.dirname, '..', '..');

/** What is put in the place of a check's name: it takes anything and refuses nothing. */
const noCheck = '((..._: unknown[]) => undefined as never)';

/** Every kind of check that code is written with: what it looks like, and what is there once it is dropped. */
const kinds: readonly { readonly shape: RegExp; readonly without: string }[] = [
  {
    shape:
      /(?<!function )\b(requireRole|requireRoleAtStart|requireRoleNow|requireWriting|requireAdmin|requireGoodNow|requireWithin)(?=\()/g,
    without: noCheck,
  },
  { shape: /= ANY\(\$\{scope\.(workspaceKeys|adminWorkspaceKeys)\}::int\[\]\)/g, without: 'IS NOT NULL' },
];

// biome-ignore-start lint/suspicious/noTemplateCurlyInString: they are pieces of sources
/** Checks that are conditions of their own, each to be found once. */
const single: readonly { readonly file: string; readonly from: string; readonly to: string }[] = [
  {
    file: 'access/rules.ts',
    from: 'if (role === undefined) throw',
    to: "if (role === undefined) return 'ADMIN'; if (false) throw",
  },
  { file: 'access/rules.ts', from: 'if (!includesRole(role, required))', to: 'if (false)' },
  { file: 'access/service.ts', from: 'if (viewer.isReadOnly)', to: 'if (false)' },
  { file: 'access/service.ts', from: 'if (row?.good !== true)', to: 'if (false)' },
  {
    file: 'access/service.ts',
    from: 'AND member.removed_at IS NULL AND ${isGoodNow(viewer)}',
    to: 'AND ${isGoodNow(viewer)}',
  },
  {
    file: 'access/service.ts',
    from: 'AND member.removed_at IS NULL AND ${isGoodNow(viewer)}',
    to: 'AND member.removed_at IS NULL',
  },
  { file: 'access/authenticate.ts', from: 'AND member.removed_at IS NULL', to: '' },
  {
    file: 'access/authenticate.ts',
    from: 'AND member.workspace_key = coalesce(token.workspace_key, member.workspace_key)',
    to: '',
  },
  { file: 'access/authenticate.ts', from: 'token.revoked_at IS NULL AND ', to: '' },
  {
    file: 'access/authenticate.ts',
    from: 'AND (token.expires_at IS NULL OR token.expires_at > now())',
    to: '',
  },
  { file: 'access/look-again.ts', from: 'AND member.removed_at IS NULL', to: '' },
  { file: 'access/look-again.ts', from: 'AND token.revoked_at IS NULL', to: '' },
  {
    file: 'access/look-again.ts',
    from: 'AND member.workspace_key = coalesce(token.workspace_key, member.workspace_key)',
    to: '',
  },
  { file: 'subscription-ticket/service.ts', from: 'AND expires_at > clock_timestamp()', to: '' },
  { file: 'graphql/transport/tickets.ts', from: 'contextValue.hasToken ? null', to: 'false ? null' },
  { file: 'graphql/builder.ts', from: 'viewer: context.caller !== null', to: 'viewer: true' },
  { file: 'graphql/mutation.ts', from: 'if (caller === null && hasToken)', to: 'if (false)' },
  { file: 'graphql/cursor.ts', from: 'text?.startsWith(fingerprint(home)) ?', to: 'text ?' },
  { file: 'access/supposed-viewers.ts', from: '(await text()) === stamp', to: '(await text()) !== null' },
  {
    file: 'access/supposed-viewers.ts',
    from: 'known?.source !== this.#database.keptParticipants.source',
    to: 'known === undefined',
  },
  {
    file: 'membership/participant-loaders.ts',
    from: 'participant.workspace_key = ANY(${workspaceKeys}::int[])',
    to: 'true',
  },
  { file: 'graphql/supposition.ts', from: '=== true && !supposition.isConfirmed', to: '=== false' },
  { file: 'workspace/service.ts', from: 'if (viewer.narrowedTo !== null)', to: 'if (false)' },
  {
    file: 'workspace-member/service.ts',
    from: "name.userId === viewer.userId ? 'VIEWER' : 'ADMIN'",
    to: "'VIEWER'",
  },
  { file: 'workspace-member/service.ts', from: 'if (admins === 0)', to: 'if (false)' },
  { file: 'workspace-member/type.ts', from: "=== 'ADMIN' ? email : null", to: "=== 'ADMIN' ? email : email" },
  {
    file: 'completion-code/type.ts',
    from: "hasRole(viewer?.roles, workspaceKey, 'COLLABORATOR') ? code",
    to: "hasRole(viewer?.roles, workspaceKey, 'VIEWER') ? code",
  },
  {
    file: 'participant-group/service.ts',
    from: "? 'COLLABORATOR' : 'ADMIN'",
    to: "? 'COLLABORATOR' : 'COLLABORATOR'",
  },
  {
    file: 'participant-group/create-service.ts',
    from: "data.isUniversalBlocklist ? 'ADMIN'",
    to: "data.isUniversalBlocklist ? 'COLLABORATOR'",
  },
  {
    file: 'study/filters-service.ts',
    from: 'AND workspace_key = ${workspaceKey}::int FOR SHARE',
    to: 'AND ${workspaceKey}::int > 0 FOR SHARE',
  },
  {
    file: 'participant-group/hold-service.ts',
    from: 'AND workspace_key = ${workspaceKey}::int',
    to: 'AND ${workspaceKey}::int > 0',
  },
  {
    file: 'study-filter/service.ts',
    from: 'AND workspace_key = ${workspaceKey}::int\n    ORDER BY id FOR KEY SHARE',
    to: 'AND ${workspaceKey}::int > 0 ORDER BY id FOR KEY SHARE',
  },
  { file: 'api-token/rules.ts', from: 'if (maker.workspaceKey !== null &&', to: 'if (false &&' },
  { file: 'api-token/rules.ts', from: 'if (maker.expiresAt !== null &&', to: 'if (false &&' },
  {
    file: 'api-token/rules.ts',
    from: 'return token.userId === viewer.userId && isReached',
    to: 'return isReached',
  },
  {
    file: 'api-token/rules.ts',
    from: 'return token.userId === viewer.userId && isReached',
    to: 'return token.userId === viewer.userId',
  },
  { file: 'api-token/loaders.ts', from: 'api_token.user_id = ${userId}::uuid\n    AND', to: '' },
  {
    file: 'api-token/loaders.ts',
    from: '(${narrowedTo}::int IS NULL OR api_token.workspace_key = ${narrowedTo}::int)',
    to: '(true OR ${narrowedTo}::int IS NULL)',
  },
  { file: 'invitation/service.ts', from: "|| viewer.roles.get(found.workspaceKey) !== 'ADMIN'", to: '' },
  { file: 'invitation/redeem-service.ts', from: 'if (viewer.narrowedTo !== null &&', to: 'if (false &&' },

  { file: 'workspace-member/service.ts', from: "if (before === 'ADMIN')", to: 'if (false)' },
  { file: 'workspace-member/service.ts', from: 'if (user.id !== viewer.userId)', to: 'if (false)' },
  { file: 'invitation/open.ts', from: 'invitation.redeemed_at IS NULL AND', to: '' },
  { file: 'invitation/open.ts', from: 'invitation.revoked_at IS NULL', to: 'true' },
  { file: 'invitation/open.ts', from: 'AND invitation.expires_at > clock_timestamp()', to: '' },
  {
    file: 'submission/type.ts',
    from: "hasRole(viewer?.roles, workspaceKey, 'COLLABORATOR') ? enteredCode",
    to: "hasRole(viewer?.roles, workspaceKey, 'VIEWER') ? enteredCode",
  },
  {
    file: 'submission/type.ts',
    from: "hasRole(viewer?.roles, workspaceKey, 'COLLABORATOR') && viewer",
    to: "hasRole(viewer?.roles, workspaceKey, 'VIEWER') && viewer",
  },
  { file: 'submission/type.ts', from: '&& viewer?.isReadOnly === false', to: '' },
  { file: 'access/rules.ts', from: 'role !== undefined && includesRole(role, required)', to: 'true' },
  { file: 'submission/approve-service.ts', from: 'requireMovable(viewer, submission, globalId);', to: '' },
];
// biome-ignore-end lint/suspicious/noTemplateCurlyInString: they were

/** Every mutant of the sources: each without one check. @throws Error when a check of the list is not there, or twice */
export function findMutants(): Mutant[] {
  const lost = findLost();
  if (lost.length > 0) throw new Error(`Not there, or not once: ${lost.join(', ')}`);
  const files = readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' });
  const sources = files.filter((file) => file.endsWith('.ts') && !file.startsWith('database/prisma'));
  return [...sources.sort().flatMap(mutantsOf), ...single.map(toMutant)];
}

/** The checks of the list that are not to be found once in the sources. */
export function findLost(): string[] {
  return single
    .filter(({ file, from }) => read(file).split(from).length !== 2)
    .map(({ file, from }) => `${file}: "${from}"`);
}

function read(file: string): string {
  return readFileSync(join(root, 'src', file), 'utf8');
}

function mutantsOf(file: string): Mutant[] {
  const source = read(file);
  return kinds.flatMap(({ shape, without }) =>
    [...source.matchAll(shape)].map(({ 0: check, index }) => {
      const line = source.slice(0, index).split('\n').length;
      const text = source.slice(0, index) + without + source.slice(index + check.length);
      return { name: `${file}:${line} without ${check}`, file, text };
    }),
  );
}

function toMutant({ file, from, to }: (typeof single)[number]): Mutant {
  return { name: `${file} with "${to}" for "${from}"`, file, text: read(file).split(from).join(to) };
}
