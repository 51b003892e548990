import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  type CryptoKey,
  exportJWK,
  generateKeyPair,
  type JWK,
  type JWTHeaderParameters,
  type JWTPayload,
  SignJWT,
} from 'jose';
import { afterAll } from 'vitest';

export const audience = 'rollcall';

/** A key pair of an issuer, or of somebody who would like to be one. */
export interface SigningKey {
  readonly kid: string;
  readonly alg: string;
  readonly privateKey: CryptoKey;
  readonly publicJwk: JWK;
}

/** Makes a key pair. */
export async function createKey(alg: 'RS256' | 'ES256', kid: string): Promise<SigningKey> {
  const { privateKey, publicKey } = await generateKeyPair(alg, { extractable: true });
  return { kid, alg, privateKey, publicJwk: { ...(await exportJWK(publicKey)), kid, alg, use: 'sig' } };
}

/** Signs claims as they are: nothing is added to them or to the header but the key's `kid` and `alg`. */
export function sign(
  claims: JWTPayload,
  { alg, kid, privateKey }: SigningKey,
  header: Partial<JWTHeaderParameters> = {},
): Promise<string> {
  return new SignJWT(claims).setProtectedHeader({ alg, kid, ...header }).sign(privateKey);
}

/** Seconds since 1970, so far from now. */
export function inSeconds(seconds: number): number {
  return Math.floor(Date.now() / 1_000) + seconds;
}

/** An OpenID Connect issuer on 127.0.0.1. */
export interface Issuer {
  readonly url: string;
  readonly keys: readonly [SigningKey, SigningKey];
  /** The paths that it was asked for since it was last emptied. */
  readonly asked: string[];
  /** What it publishes; tests change it. */
  published: { document: object; keySet: unknown };
  /** Answers in the place of the issuer, unless it returns false. */
  intercept: ((...call: Parameters<RequestListener>) => boolean) | null;
  /** Claims that make a good token for an hour. */
  claims(subject: string, more?: JWTPayload): JWTPayload;
  /** A good token of somebody, unless the claims spoil it. */
  token(subject: string, more?: JWTPayload): Promise<string>;
  stop(): Promise<void>;
  start(): Promise<void>;
  /** Up, and as it was at first. */
  reset(): Promise<void>;
}

/** Starts an issuer with an RS256 and an ES256 key; stopped after the file's last test. */
export async function startIssuer(): Promise<Issuer> {
  const keys = [await createKey('RS256', 'first'), await createKey('ES256', 'second')] as const;
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(request.url ?? '');
    if (issuer.intercept?.(request, response)) return;
    const { document, keySet } = issuer.published;
    const answer = request.url === '/keys' ? keySet : document;
    response.setHeader('Content-Type', 'application/json').end(JSON.stringify(answer));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const url = `http://127.0.0.1:${port}`;
  const claims: Issuer['claims'] = (sub, more) => ({
    ...{ iss: url, aud: audience, exp: inSeconds(3_600), iat: inSeconds(0), sub },
    ...more,
  });
  const publish = () => ({
    document: { issuer: url, jwks_uri: `${url}/keys` },
    keySet: { keys: keys.map(({ publicJwk }) => publicJwk) },
  });
  const issuer: Issuer = {
    ...{ url, keys, asked, claims, intercept: null },
    published: publish(),
    token: (subject, more) => sign(claims(subject, more), keys[0]),
    async stop() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
    async start() {
      server.listen(port, '127.0.0.1');
      await once(server, 'listening');
    },
    async reset() {
      if (!server.listening) await issuer.start();
      Object.assign(issuer, { published: publish(), intercept: null });
      asked.length = 0;
    },
  };
  afterAll(() => (server.listening ? issuer.stop() : undefined));
  return issuer;
}
