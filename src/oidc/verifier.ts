import { errors, jwtVerify } from 'jose';
import { BusyError } from '../errors.ts';
import { IssuerKeys } from './keys.ts';
import { algorithms, couldBeGood, type Identity, type IssuerSettings, identityOf } from './rules.ts';

/** How far ahead of ours the issuer's clock may be, in seconds: a token is often used as soon as it is made. */
const clockToleranceSeconds = 30;

export interface VerifierOptions extends IssuerSettings {
  /** Told once for each outage of the issuer, when it begins. */
  readonly onOutage: (error: unknown) => void;
  /** Told why a token was refused; never the token. */
  readonly onRefusal?: (reason: string) => void;
  /** The time in ms since 1970; the system's clock unless given. */
  readonly now?: () => number;
}

/** Tells who an issuer's token stands for. */
export interface TokenVerifier {
  /** Null for whatever is not a good token. @throws BusyError when the issuer's keys cannot be had */
  verify(jwt: string): Promise<Identity | null>;
}

/** A verifier of one OpenID Connect issuer's tokens; the issuer is first asked when the first token comes. */
export function createTokenVerifier(options: VerifierOptions): TokenVerifier {
  const { issuer, audience, onOutage, onRefusal, now = Date.now } = options;
  const keys = new IssuerKeys({ issuer, onOutage, now });
  return {
    async verify(jwt) {
      const currentDate = new Date(now());
      if (!couldBeGood(jwt, options, currentDate)) return null;
      try {
        const { payload } = await jwtVerify(jwt, (header, token) => keys.find(header, token), {
          ...{ issuer, audience, algorithms, currentDate },
          clockTolerance: clockToleranceSeconds,
          requiredClaims: ['sub', 'exp'],
        });
        return identityOf(issuer, payload);
      } catch (error) {
        if (error instanceof BusyError) throw error;
        onRefusal?.(error instanceof errors.JOSEError ? `${error.code}: ${error.message}` : String(error));
        return null;
      }
    },
  };
}
