import { createHash } from 'node:crypto';
import type { OutgoingHttpHeaders } from 'node:http';

/** A whole answer to a browser: it loads nothing, runs nothing, and says nothing of what it was asked with. */
export interface Page {
  readonly status: number;
  readonly headers: OutgoingHttpHeaders;
  readonly html: Buffer;
}

type Sign = 'tick' | 'clock' | 'mark';

const signs: Readonly<Record<Sign, string>> = {
  tick: '<path d="M15 25l6.5 6.5L34 18"/>',
  clock: '<path d="M24 14v11l7 4"/>',
  mark: '<path d="M24 14v13M24 33.5v.01"/>',
};

const style = `
:root{color-scheme:light dark;--back:#f3f5f9;--card:#fff;--edge:#dfe4ec;--ink:#1b2330;--soft:#4a5567;--tick:#14733c;--clock:#8a5300;--mark:#2457c5}
@media (prefers-color-scheme:dark){:root{--back:#10141b;--card:#191f29;--edge:#2c3543;--ink:#eef1f6;--soft:#b4bdcb;--tick:#5fd38d;--clock:#f0b35a;--mark:#8fb2ff}}
*{box-sizing:border-box}
body{margin:0;min-height:100vh;min-height:100dvh;display:grid;place-items:center;padding:1.25rem;background:var(--back);color:var(--ink);font:1.0625rem/1.55 system-ui,sans-serif}
main{width:100%;max-width:30rem;padding:2.25rem 1.75rem;background:var(--card);border:1px solid var(--edge);border-radius:1rem;text-align:center;overflow-wrap:break-word}
svg{width:3.5rem;height:3.5rem;fill:none;stroke:currentColor;stroke-width:3;stroke-linecap:round;stroke-linejoin:round}
.tick{color:var(--tick)}.clock{color:var(--clock)}.mark{color:var(--mark)}
h1{margin:.75rem 0 0;font-size:1.5rem;line-height:1.25;text-wrap:balance}
p{margin:.75rem 0 0;color:var(--soft);text-wrap:balance}
`;

const headers: OutgoingHttpHeaders = {
  'Content-Type': 'text/html; charset=utf-8',
  'Cache-Control': 'no-store',
  // The address of the page holds the key and the code.
  'Referrer-Policy': 'no-referrer',
  'X-Content-Type-Options': 'nosniff',
  'X-Robots-Tag': 'noindex',
  'Content-Security-Policy': [
    "default-src 'none'",
    `style-src 'sha256-${createHash('sha256').update(style).digest('base64')}'`,
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; '),
};

/** Which sign it shows, its title, and what to do, each sentence a paragraph. */
type Words = readonly [sign: Sign, title: string, ...paragraphs: string[]];

function page(status: number, [sign, title, ...paragraphs]: Words, more: OutgoingHttpHeaders = {}): Page {
  const html = Buffer.from(`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
<style>${style}</style>
</head>
<body>
<main>
<svg class="${sign}" viewBox="0 0 48 48" aria-hidden="true"><circle cx="24" cy="24" r="22"/>${signs[sign]}</svg>
<h1>${title}</h1>
${paragraphs.map((paragraph) => `<p>${paragraph}</p>`).join('\n')}
</main>
</body>
</html>
`);
  return { status, headers: { ...headers, 'Content-Length': html.length, ...more }, html };
}

const harmless = 'Doing so more than once does no harm.';

/** What a link can come to. */
export const outcomePages = {
  DONE: page(200, [
    'tick',
    'You have completed the study',
    'Thank you for taking part. Your completion is recorded.',
    'You can close this tab now.',
  ]),
  TIMED_OUT: page(409, [
    'clock',
    'The time has run out',
    'It ended before you got here, so the study could not be completed. That you reached its end is noted.',
    'If you think that this is wrong, write to the researchers. You can close this tab now.',
  ]),
  RETURNED: page(409, [
    'clock',
    'This study was returned',
    'Your place in it was given back before, so it cannot be completed any more.',
    'If you think that this is wrong, write to the researchers. You can close this tab now.',
  ]),
  UNKNOWN: page(404, [
    'mark',
    'This link is not known',
    'Nothing was recorded. Please follow the whole link at the end of the survey.',
    'If it brings you here again, write to the researchers.',
  ]),
} as const;

/** A link without a code, or with several. */
export const incompletePage = page(400, [
  'mark',
  'This link is incomplete',
  'It has no completion code, so nothing was recorded. Please follow the whole link at the end of the survey.',
  'If it brings you here again, write to the researchers.',
]);

/** Any status but 2xx keeps a browser from showing what it fetched ahead in place of the real answer. */
export const aheadPage = page(503, [
  'mark',
  'Not opened yet',
  'Nothing was recorded. Please open the link itself.',
]);

/** For methods that nobody follows a link with. */
export const methodPage = page(
  405,
  ['mark', 'This address is a link', 'Nothing was recorded. Please open it in a browser.'],
  { Allow: 'GET, HEAD' },
);

/** Nothing was done for want of a turn; the next try may come after so many seconds. */
export function busyPage(seconds: number): Page {
  const title = 'One moment, please';
  const remedy = `Nothing is recorded yet. Please reload this page in ${seconds} seconds. ${harmless}`;
  return page(503, ['clock', title, 'Many people are completing this study right now.', remedy], {
    'Retry-After': String(seconds),
  });
}

/** Too many links were followed from one address; the next try may come after so many seconds. */
export function tooManyPage(seconds: number): Page {
  const title = 'Please wait a little';
  const cause = 'Too many links were followed from your network within a minute.';
  const wait = seconds === 1 ? 'a second' : `${seconds} seconds`;
  const remedy = `Nothing is recorded yet. Please reload this page in ${wait}. ${harmless}`;
  return page(429, ['clock', title, cause, remedy], { 'Retry-After': String(seconds) });
}

/** What is our fault. The request id is plain letters and digits. */
export function failedPage(requestId: string): Page {
  const title = 'Something went wrong';
  const remedy = `It is our fault, not yours. Please reload this page in a minute. ${harmless}`;
  return page(500, [
    'mark',
    title,
    remedy,
    'If it stays so, write to the researchers and mention:',
    requestId,
  ]);
}
