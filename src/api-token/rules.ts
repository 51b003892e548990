import { ForbiddenError } from '../errors.ts';

/** Most tokens that a user may have at a time: enough for every script and laptop, and a list that can be read. */
export const mostTokens = 100;

/** How far a token reaches. */
export interface Reach {
  /** The only workspace that it acts in, or null for all of its user's. */
  readonly workspaceKey: number | null;
  /** When it ends, or null. */
  readonly expiresAt: Date | null;
}

/** A token makes only tokens that reach as far as itself at most. @throws ForbiddenError that says what it could make */
export function requireWithin(maker: Reach, wanted: Reach): void {
  if (maker.workspaceKey !== null && wanted.workspaceKey !== maker.workspaceKey) {
    throw new ForbiddenError(
      'This token is narrowed to one workspace and creates only tokens that are narrowed to it. Give its workspaceId.',
    );
  }
  if (maker.expiresAt !== null && (wanted.expiresAt === null || wanted.expiresAt > maker.expiresAt)) {
    throw new ForbiddenError(
      `This token ends at ${maker.expiresAt.toISOString()} and creates only tokens that end by then. Give such an expiresAt.`,
    );
  }
}

/** Whether a viewer may know of a token: it is theirs, within what their own is narrowed to, or narrowed to a workspace of which they are an admin. */
export function maySeeToken(
  viewer: {
    readonly userId: string;
    readonly narrowedTo: number | null;
    readonly isAdminOf: (key: number) => boolean;
  },
  token: { readonly userId: string; readonly workspaceKey: number | null },
): boolean {
  if (token.workspaceKey !== null && viewer.isAdminOf(token.workspaceKey)) return true;
  const isReached = viewer.narrowedTo === null || viewer.narrowedTo === token.workspaceKey;
  return token.userId === viewer.userId && isReached;
}
