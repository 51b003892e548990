import type { GraphiQLOptions, Plugin } from 'graphql-yoga';
import { shouldRenderGraphiQL } from 'graphql-yoga';
import { type GraphiQLPage, renderPage } from './graphiql-page.ts';
import { favicon, logo } from './logo.ts';

export interface GraphiQLTab {
  readonly query: string;
  readonly variables?: Readonly<Record<string, unknown>>;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface GraphiQLSettings {
  readonly enabled: boolean;
  /** Put into the tabs' headers, but only where the page and its server are on the same machine. */
  readonly demoToken?: string | undefined;
  /** Whether the server listens on a loopback address only. */
  readonly isBoundToLoopback: boolean;
  readonly tabs: readonly GraphiQLTab[];
  /** `/graphql` unless given. */
  readonly endpoint?: string;
}

/**
 * Serves GraphiQL to browsers at the GraphQL endpoint. Takes the place of Yoga's `graphiql` option, which has no way
 * to send headers with the page or to render it only once: give Yoga `graphiql: false`.
 */
export function useGraphiQLPage(settings: GraphiQLSettings): Plugin {
  const { enabled, demoToken, isBoundToLoopback, endpoint = '/graphql' } = settings;
  const pages = new Map<string | undefined, Promise<GraphiQLPage>>();
  return {
    async onRequest({ request, url, fetchAPI, endResponse }) {
      if (!enabled || url.pathname !== endpoint || !shouldRenderGraphiQL(request)) return;
      const isLocal =
        isBoundToLoopback && isLoopbackHost(request.headers.get('host')) && !isForwarded(request.headers);
      const token = isLocal ? demoToken : undefined;
      const page = pages.get(token) ?? renderPage(graphiqlOptions(settings.tabs, token), token);
      pages.set(token, page);
      endResponse(pageResponse(await page, request, fetchAPI.Response));
    },
  };
}

/** Whether a proxy says that it asks for somebody else: many send the address that they reach us at as the `Host`. */
function isForwarded(headers: Headers): boolean {
  const marks = ['forwarded', 'via', 'x-forwarded-for', 'x-forwarded-host', 'x-real-ip'];
  return marks.some((name) => headers.has(name));
}

/**
 * Whether a `Host` header names this machine itself. Any other name, even one that resolves to 127.0.0.1, may be a
 * web site that points its own name here (DNS rebinding) to read the page and the token in it.
 */
export function isLoopbackHost(host: string | null): boolean {
  return host !== null && /^(127\.0\.0\.1|localhost|\[::1\])(:\d{1,5})?$/i.test(host);
}

/** GraphiQL's options: Rollcall's name and tabs, and the token, if any, in the headers of every tab, new ones too. */
export function graphiqlOptions(tabs: readonly GraphiQLTab[], token: string | undefined): GraphiQLOptions {
  const authorization: Record<string, string> =
    token === undefined ? {} : { Authorization: `Bearer ${token}` };
  return {
    title: 'Rollcall',
    favicon,
    logo,
    // Kept in the browser's storage only if it is the demo's: a token that someone typed in is theirs.
    shouldPersistHeaders: token !== undefined,
    headers: formatted(authorization),
    defaultTabs: tabs.map(({ query, variables = {}, headers = {} }) => ({
      query,
      variables: formatted(variables),
      headers: formatted({ ...authorization, ...headers }),
    })),
  };
}

function formatted(value: unknown): string {
  return JSON.stringify(value, null, 2);
}

function pageResponse(page: GraphiQLPage, request: Request, PageResponse: typeof Response): Response {
  const isGzipAccepted = /\bgzip\b/.test(request.headers.get('accept-encoding') ?? '');
  return new PageResponse(isGzipAccepted ? page.gzipped : page.html, {
    headers: {
      'Content-Type': 'text/html; charset=utf-8',
      ...(isGzipAccepted && { 'Content-Encoding': 'gzip' }),
      Vary: 'Accept-Encoding',
      'Cache-Control': 'no-store',
      'Content-Security-Policy': page.contentSecurityPolicy,
      'X-Frame-Options': 'DENY',
      'X-Content-Type-Options': 'nosniff',
      'Referrer-Policy': 'no-referrer',
    },
  });
}
