import { openRateLimits } from '../../src/graphql/rate-limit/rate-limits.ts';
import { defaultRateLimits, type RateLimitSettings } from '../../src/graphql/rate-limit/settings.ts';
import type { App } from '../support/app.ts';

/** Budgets for an app of a test: a window long enough to end after the test, unless it says otherwise. */
export function limited(settings: Partial<RateLimitSettings>) {
  return openRateLimits({ ...defaultRateLimits, windowSeconds: 600, ...settings });
}

/** What an answer says of points and refusals. */
export interface Told {
  readonly status: number;
  readonly headers: Headers;
  readonly data: unknown;
  readonly errors: readonly { message: string; extensions: Record<string, unknown> }[] | undefined;
  readonly cost: { query: number; limit: number; remaining: number; resetsAt: string } | undefined;
}

/** Sends any body with any headers; JSON unless they say otherwise. */
export async function send(app: App, body: unknown, headers: Record<string, string> = {}): Promise<Told> {
  const response = await fetch(app.url, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', Accept: 'application/graphql-response+json', ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });
  const answer = await response.json();
  return {
    status: response.status,
    headers: response.headers,
    data: answer.data,
    errors: answer.errors,
    cost: answer.extensions?.cost,
  };
}

/** Asks with a token, or null for none. */
export function ask(
  app: App,
  token: string | null,
  query: string,
  headers: Record<string, string> = {},
): Promise<Told> {
  return send(
    app,
    { query },
    { ...(token === null ? {} : { Authorization: `Bearer ${token}` }), ...headers },
  );
}
