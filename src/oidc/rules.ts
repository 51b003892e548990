import { longestName } from '../input.ts';
import { emailKey, isEmail } from '../invitation/rules.ts';

/** Whose tokens are good, and for whom they have to be meant. */
export interface IssuerSettings {
  /** The issuer's URL, exactly as its tokens name it. */
  readonly issuer: string;
  /** What the tokens' `aud` has to name. */
  readonly audience: string;
}

/** What a token that was verified says of who is asking. */
export interface Identity {
  readonly issuer: string;
  readonly subject: string;
  /** What the issuer calls them; null when the token does not say. */
  readonly name: string | null;
  /** What to call them as long as no token says. */
  readonly standInName: string;
  /** As claimed; null when there is none. It proves nothing. */
  readonly email: string | null;
  /** What invitations are looked up by: the address, if the issuer says that it is theirs. */
  readonly verifiedEmailKey: string | null;
  /** When the token ends. */
  readonly expiresAt: Date;
}

/** Tokens that carry a user's groups reach 10 kB; Node takes 16 kB of headers in all. */
export const longestJwt = 12_288;

/** Signatures by a key of the issuer's own. Never `none`, and never HMAC: a public key is no secret. */
export const algorithms = [
  ...['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512'],
  ...['ES256', 'ES384', 'ES512', 'EdDSA', 'Ed25519'],
];

/**
 * Access and identity tokens say one of these or nothing. Tokens for other ends (`logout+jwt`, `secevent+jwt`, …) have
 * the same issuer, audience and keys, and must not sign anyone in (RFC 8725, 3.11).
 */
const types = new Set(['jwt', 'at+jwt']);

const longestSubject = 255;
/** The last second that PostgreSQL's and JavaScript's times both know well: the end of the year 9999. */
const lastSecond = 253_402_300_799;

type Claims = Readonly<Record<string, unknown>>;

/** Whether something has the shape of a JWT: three base64url parts, the first of them a JSON object with an `alg`. */
export function isJwtShaped(secret: string): boolean {
  const [, header = ''] = /^([\w-]+)\.[\w-]*\.[\w-]*$/.exec(secret) ?? [];
  return typeof decodePart(header)?.alg === 'string';
}

/**
 * Why a JWT cannot be good, by what it says of itself, or null: enough to spare the issuer questions about tokens of
 * others, old ones and those that are signed with a secret. Null proves nothing.
 */
export function objectionTo(jwt: string, { issuer }: IssuerSettings, now: Date): string | null {
  const [header, payload] = jwt.split('.').map(decodePart);
  if (header == null || payload == null) return 'no claims';
  if (typeof header.alg !== 'string' || !algorithms.includes(header.alg)) return 'unexpected "alg"';
  if (!isForSigningIn(header, payload)) return 'a token for another end, by its "typ" or "events"';
  if (payload.iss !== issuer) return 'unexpected "iss"';
  return endOf(payload) > now ? null : 'no "exp" that is to come';
}

function isForSigningIn({ typ }: Claims, { events }: Claims): boolean {
  const isOfGoodType =
    typ === undefined ||
    (typeof typ === 'string' && types.has(typ.toLowerCase().replace(/^application\//, '')));
  // A token with `events` tells that something happened to the subject, such as a logout (RFC 8417).
  return isOfGoodType && events === undefined;
}

/** When the claims end; the beginning of time for those that do not say. */
function endOf({ exp }: Claims): Date {
  return typeof exp === 'number' && exp > 0 ? new Date(Math.min(exp, lastSecond) * 1_000) : new Date(0);
}

/** Who is asking, by claims whose signature, issuer, audience and times are good; null if the subject is no name. */
export function identityOf(issuer: string, claims: Claims): Identity | null {
  const { sub: subject } = claims;
  if (typeof subject !== 'string' || !isSubject(subject)) return null;
  const email = typeof claims.email === 'string' && isEmail(claims.email) ? claims.email : null;
  return {
    issuer,
    subject,
    name: nameOf(claims.name),
    standInName: nameOf(claims.preferred_username) ?? nameOf(subject) ?? 'Somebody',
    email,
    verifiedEmailKey: email !== null && isVerified(claims) ? provenKey(email) : null,
    expiresAt: endOf(claims),
  };
}

/**
 * What a user is called after signing in, by what they were called before (null at first sight): a token that says no
 * name takes none away, and a stand-in gives way to no other but the bare subject does.
 */
export function nameToKeep({ name, standInName, subject }: Identity, before: string | null): string {
  return name ?? (before === null || before === nameOf(subject) ? standInName : before);
}

/** OpenID Connect Core, 2: at most 255 characters. NUL and lone surrogates are what the database cannot keep. */
function isSubject(text: string): boolean {
  return text !== '' && text.length <= longestSubject && !/\p{Cc}/u.test(text) && text.isWellFormed();
}

/** Some issuers send the boolean as a text; nothing else will do. */
function isVerified({ email_verified: verified }: Claims): boolean {
  return verified === true || verified === 'true';
}

/** The key of an address; null where it is another's in ASCII: the Kelvin sign would become a k. */
function provenKey(email: string): string | null {
  const isAscii = /^\p{ASCII}*$/u;
  const key = emailKey(email);
  return isAscii.test(key) && !isAscii.test(email) ? null : key;
}

/**
 * A claim made a name by the rules of names (1–200 code points, no control characters), or null if nothing is left, or
 * if it is an address: every colleague reads names, and only admins addresses.
 */
function nameOf(claim: unknown): string | null {
  if (typeof claim !== 'string' || isEmail(claim.trim())) return null;
  const clean = claim
    .toWellFormed()
    .replace(/\p{Cc}+/gu, ' ')
    .trim();
  return [...clean].slice(0, longestName).join('').trim() || null;
}

/** The JSON object in a part of a JWT, or null. */
function decodePart(part: string): Claims | null {
  try {
    const value: unknown = JSON.parse(Buffer.from(part, 'base64url').toString());
    return isObject(value) ? value : null;
  } catch {
    return null;
  }
}

/** Whether a value is an object of JSON, and no list. */
export function isObject(value: unknown): value is Claims {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Whether something said by or fetched from a URL can be trusted to come from there: HTTPS, or this machine itself. */
export function isSafeUrl(url: string): boolean {
  if (!URL.canParse(url)) return false;
  const { protocol, hostname } = new URL(url);
  return (
    protocol === 'https:' || (protocol === 'http:' && /^(127\.0\.0\.1|localhost|\[::1\])$/.test(hostname))
  );
}

/** Whether a text can be an issuer: a safe URL without user, query and fragment (OpenID Connect Discovery, 2 and 3). */
export function isIssuer(url: string): boolean {
  if (!isSafeUrl(url) || url.length > 1_000 || /[\s?#]/.test(url)) return false;
  const { username, password } = new URL(url);
  return username === '' && password === '';
}
