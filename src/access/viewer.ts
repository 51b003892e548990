import type { Role } from '../errors.ts';

/** Who is asking: a user through a token, with the roles that the token lets them use. */
export interface Viewer {
  readonly userId: string;
  readonly tokenId: string;
  readonly email: string;
  readonly isReadOnly: boolean;
  /** The only workspace that the token acts in, or null for all of the user's. */
  readonly narrowedTo: number | null;
  /** Role by workspace key. A workspace made in this request is added to it. */
  readonly roles: Map<number, Role>;
}
