import { createHash } from 'node:crypto';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import type { GraphiQLOptions } from 'graphql-yoga';

/** The page as it is sent, and the policy that lets a browser run this page's script and fetch from nowhere else. */
export interface GraphiQLPage {
  readonly html: Uint8Array<ArrayBuffer>;
  readonly gzipped: Uint8Array<ArrayBuffer>;
  readonly contentSecurityPolicy: string;
}

/** Renders GraphiQL with all its scripts, styles and fonts in one page (9 MB, 2.5 MB gzipped; takes about a second); `token` is the demonstration's, where it is in the tabs. */
export async function renderPage(options: GraphiQLOptions, token?: string): Promise<GraphiQLPage> {
  // Loaded on first use: where GraphiQL is off, its nine megabytes are never read.
  const { renderGraphiQL } = await import('@graphql-yoga/render-graphiql');
  const prelude = `${token === undefined ? '' : forgetOldToken(token)}${startWithFirstTab(options)}`;
  const page = renderGraphiQL(withoutMarkup(options))
    .replace('</head>', () => `${tabsInPlace}</head>`)
    .replace('<script>', () => `<script>${prelude}`);
  const html = Buffer.from(page);
  return {
    html: new Uint8Array(html),
    gzipped: new Uint8Array(await promisify(gzip)(html)),
    contentSecurityPolicy: policy(html.toString()),
  };
}

/**
 * GraphiQL prefers the tabs that it stored, headers included, to new ones: after the demonstration was made anew, a
 * browser that knew the old one would go on sending its token.
 */
function forgetOldToken(token: string): string {
  const fingerprint = createHash('sha256').update(token).digest('hex').slice(0, 16);
  return `
    if (localStorage.getItem('rollcall:demonstration') !== '${fingerprint}') {
      localStorage.removeItem('graphiql:tabState');
      localStorage.removeItem('graphiql:headers');
      localStorage.setItem('rollcall:demonstration', '${fingerprint}');
    }`;
}

/**
 * GraphiQL opens the first of its default tabs with the query and variables of its storage: without this, the first
 * tab would have none.
 */
function startWithFirstTab({ defaultTabs: [first] = [] }: GraphiQLOptions): string {
  return `
    if (localStorage.getItem('graphiql:tabState') === null) {
      localStorage.removeItem('graphiql:query');
      localStorage.setItem('graphiql:variables', ${JSON.stringify(first?.variables ?? '')});
    }`;
}

// A tab that gets the focus jumps to where GraphiQL's animation library takes it to be: the click that gave it is lost.
const tabsInPlace = '<style>.graphiql-tab { transform: none !important }</style>';

// The options stand in the page's script as JSON, where "</script>" in a query would end it.
function withoutMarkup(options: GraphiQLOptions): GraphiQLOptions {
  const tabs = options.defaultTabs ?? [];
  for (const text of tabs.flatMap((tab) => [tab.query, tab.variables, tab.headers])) {
    if (text?.includes('</')) throw new Error('A tab of GraphiQL must not contain "</".');
  }
  return options;
}

function policy(html: string): string {
  const script = html.slice(html.indexOf('<script>') + '<script>'.length, html.lastIndexOf('</script>'));
  const hash = createHash('sha256').update(script.replaceAll('\r\n', '\n').replaceAll('\r', '\n'));
  return [
    "default-src 'none'",
    `script-src 'sha256-${hash.digest('base64')}'`,
    // The editor starts its workers from blobs, and writes its styles itself.
    'worker-src blob:',
    "style-src 'unsafe-inline'",
    'img-src data:',
    'font-src data:',
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ');
}
