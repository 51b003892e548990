import { errors, jwtVerify } from 'jose';
import { BusyError } from '../errors.ts';
import { IssuerKeys } from './keys.ts';
import { algorithms, type Identity, type IssuerSettings, identityOf, objectionTo } from './rules.ts';

/** How far ahead of ours the issuer's clock may be, in seconds: a token is often used as soon as it is made. */
const clockToleranceSeconds = 30;

export interface VerifierOptions extends IssuerSettings {
  /** Told once for each outage of the issuer, when it begins. */
  readonly onOutage: (error: unknown) => void;
  /** Told why a token was refused; never the token. */
  readonly onRefusal: (reason: string) => void;
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
  const { now = Date.now, onRefusal } = options;
  const keys = new IssuerKeys({ ...options, now });
  return {
    async verify(jwt) {
      const found = await look(jwt, options, keys, new Date(now()));
      if (typeof found !== 'string') return found;
      onRefusal(found);
      return null;
    },
  };
}

/** Whom a token stands for, or why it is refused. @throws BusyError */
async function look(
  jwt: string,
  settings: IssuerSettings,
  keys: IssuerKeys,
  currentDate: Date,
): Promise<Identity | string> {
  const { issuer, audience } = settings;
  const objection = objectionTo(jwt, settings, currentDate);
  if (objection !== null) return objection;
  try {
    const { payload } = await jwtVerify(jwt, (header, token) => keys.find(header, token), {
      ...{ issuer, audience, algorithms, currentDate },
      clockTolerance: clockToleranceSeconds,
      requiredClaims: ['sub', 'exp'],
    });
    return identityOf(issuer, payload) ?? 'a "sub" that names nobody';
  } catch (error) {
    if (error instanceof BusyError) throw error;
    return error instanceof errors.JOSEError ? `${error.code}: ${error.message}` : String(error);
  }
}
