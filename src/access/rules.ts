import { hash, randomBytes } from 'node:crypto';
import { ForbiddenError, NotFoundError, type Role } from '../errors.ts';

const rank: Record<Role, number> = { VIEWER: 1, COLLABORATOR: 2, ADMIN: 3 };

/** Whether `role` includes what `required` may do. */
export function includesRole(role: Role, required: Role): boolean {
  return rank[role] >= rank[required];
}

/** Whether roles by workspace have one in it that includes what `required` may do. */
export function hasRole(
  roles: ReadonlyMap<number, Role> | undefined,
  workspaceKey: number,
  required: Role,
): boolean {
  const role = roles?.get(workspaceKey);
  return role !== undefined && includesRole(role, required);
}

/**
 * @throws NotFoundError without a role: what a viewer may not see does not exist for them.
 * @throws ForbiddenError with a role that is too low.
 */
export function requireRole(role: Role | undefined, required: Role, globalId: string | null): Role {
  if (role === undefined) throw new NotFoundError(globalId);
  if (!includesRole(role, required)) {
    throw new ForbiddenError(`This needs the role ${required} in the workspace; yours is ${role}.`, required);
  }
  return role;
}

/** A new token secret: 32 random bytes. */
export function newTokenSecret(): string {
  return `rollcall_${randomBytes(32).toString('base64url')}`;
}

/** What is stored of a secret: its SHA-256. A secret is random, so a slow hash would add nothing. */
export function hashSecret(secret: string): Uint8Array<ArrayBuffer> {
  return new Uint8Array(hash('sha256', secret, 'buffer'));
}

/** What is shown of a secret afterwards, to recognise it by. */
export function secretPrefix(secret: string): string {
  return secret.slice(0, 13);
}

/** Longest secret of an API token, in characters: what `BOOTSTRAP_TOKEN` may have. */
const longestSecret = 200;

/** The secret in an `Authorization` header (`Bearer …`, or `Token …` as Prolific's clients send it), or null. */
export function secretOf(authorization: string | null, longest = longestSecret): string | null {
  const [, secret] = /^(?:Bearer|Token) +([\x21-\x7e]+)$/i.exec(authorization ?? '') ?? [];
  return secret === undefined || secret.length > longest ? null : secret;
}
