import type { Database } from '../database/client.ts';
import { isJwtShaped, longestJwt } from '../oidc/rules.ts';
import { signInAs } from '../oidc/service.ts';
import type { TokenVerifier } from '../oidc/verifier.ts';
import { authenticate, type StampedViewer } from './authenticate.ts';
import { secretOf } from './rules.ts';

/**
 * Who a request's `Authorization` header stands for, or null: by an OpenID Connect issuer's token where one is trusted
 * and the secret has the shape of one, else by an API token. @throws BusyError
 */
export async function signIn(
  database: Database,
  verifier: TokenVerifier | undefined,
  authorization: string | null,
): Promise<StampedViewer | null> {
  const secret = verifier === undefined ? null : secretOf(authorization, longestJwt);
  if (verifier === undefined || secret === null || !isJwtShaped(secret)) {
    return authenticate(database.reader, authorization);
  }
  const identity = await verifier.verify(secret);
  return identity === null ? null : { viewer: await signInAs(database, identity), stamp: null };
}
