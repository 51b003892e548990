import type { Role } from '../errors.ts';

/** Who is asking: a user through a token, with the roles that the token lets them use. */
export interface Viewer {
  readonly userId: string;
  /** The API token; null for who signed in by an OpenID Connect issuer's token. */
  readonly tokenId: string | null;
  readonly email: string;
  readonly isReadOnly: boolean;
  /** When the token ends, or null. */
  readonly expiresAt: Date | null;
  /** The only workspace that the token acts in, or null for all of the user's. */
  readonly narrowedTo: number | null;
  /** Role by workspace key. What a mutation of this request changes in it, it changes here. */
  readonly roles: Map<number, Role>;
}
