import { isObject, isSafeUrl } from './rules.ts';

const timeoutMilliseconds = 5_000;
/** Documents of real issuers have a few kilobytes. */
const longestBytes = 1_048_576;

/** The key set that an issuer publishes now, as JSON. @throws Error that says what could not be had, and why */
export async function fetchKeySet(issuer: string): Promise<unknown> {
  const discovery = `${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`;
  const document = await fetchJson(discovery);
  if (!isObject(document)) throw new Error(`${discovery} is no JSON object`);
  const { issuer: named, jwks_uri: keys } = document;
  if (named !== issuer) {
    throw new Error(`${discovery} names the issuer ${JSON.stringify(named)}, and OIDC_ISSUER ${issuer}`);
  }
  if (typeof keys !== 'string' || !isSafeUrl(keys))
    throw new Error(`${discovery} has no "jwks_uri" with https`);
  return fetchJson(keys);
}

async function fetchJson(url: string): Promise<unknown> {
  try {
    const response = await fetch(url, {
      headers: { Accept: 'application/json' },
      // A redirect would lead away from the address that the operator or the issuer vouched for.
      redirect: 'error',
      signal: AbortSignal.timeout(timeoutMilliseconds),
    });
    if (response.status !== 200) throw new Error(`HTTP status ${response.status}`);
    return JSON.parse(await readText(response));
  } catch (error) {
    throw new Error(`${url} could not be read: ${reasonOf(error)}`, { cause: error });
  }
}

async function readText({ body }: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of body ?? []) {
    bytes += chunk.length;
    if (bytes > longestBytes) throw new Error(`it has more than ${longestBytes} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
}

/** What went wrong; `fetch` itself says no more than "fetch failed". */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? error.cause.message : error.message;
}
