import { randomUUID } from 'node:crypto';
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { BusyError } from '../errors.ts';
import { secondsUntil } from '../graphql/rate-limit/rate-limit-error.ts';
import type { RateLimits } from '../graphql/rate-limit/rate-limits.ts';
import { refusalPoints } from '../graphql/rate-limit/settings.ts';
import { loggable, type UnexpectedError } from '../graphql/transport/masking.ts';
import { originForm } from '../graphql/transport/request-head.ts';
import { currentRequestId } from '../graphql/transport/request-id.ts';
import { endAfterBody, hasBody } from '../graphql/transport/unwanted-body.ts';
import type { Writing } from '../participant-group/access.ts';
import {
  aheadPage,
  busyPage,
  failedPage,
  incompletePage,
  methodPage,
  outcomePages,
  type Page,
  tooManyPage,
} from './door-pages.ts';
import { completeByLink, readableCode } from './link-service.ts';

interface DoorSettings {
  readonly store: Writing;
  /** A path in it, under which a proxy may hand requests on as they are, belongs to the link as well. */
  readonly publicUrl?: string | null;
  readonly rateLimits: RateLimits;
  readonly logError: (error: unknown, details: UnexpectedError) => void;
}

const linkPath = '/submissions/complete';

/** After so many seconds one may try again where there was no turn to be had: as after any BUSY. */
const busySeconds = 5;

/** 600 a minute from one address with the default budget: a whole lab may end a survey at once. */
const cost = { points: refusalPoints, surcharge: 0 };

/**
 * Answers the link that a participant follows at the end of a survey, `GET /submissions/complete?key=…&cc=…`, with a
 * page for them, and hands every other request on. It asks for no token: the key is the authority, and is random.
 */
export function withDoor(handler: RequestListener, settings: DoorSettings): RequestListener {
  const { publicUrl } = settings;
  const paths = new Set([linkPath]);
  if (publicUrl) paths.add(new URL(publicUrl + linkPath).pathname);
  return (request, response) => {
    if (!paths.has(originForm(request.url).split(/[?#]/, 1)[0] ?? '')) return handler(request, response);
    void answer(request, settings)
      .catch((error) => pageFor(error, settings))
      .then((page) => send(request, response, page));
  };
}

async function answer(request: IncomingMessage, { store, rateLimits }: DoorSettings): Promise<Page> {
  // One answer for every link: whoever only looks finds nothing out.
  if (request.method === 'HEAD') return outcomePages.DONE;
  if (request.method !== 'GET') return methodPage;
  if (isFetchedAhead(request)) return aheadPage;
  // A token would be no help here, and must not lift the limit.
  const caller = { ...rateLimits.callerOf(request), token: null };
  const until = rateLimits.refusedUntil(caller) ?? (await rateLimits.charge(caller, cost)).refusedUntil;
  if (until !== null) return tooManyPage(secondsUntil(until));
  const { key, code } = readLink(request.url ?? '');
  if (readableCode(code) === '') return incompletePage;
  const outcome = await completeByLink(store, key, code);
  if (outcome === 'UNKNOWN') await rateLimits.fine(caller);
  return outcomePages[outcome];
}

/** Whether a browser only gets ready for a participant who may follow the link. */
function isFetchedAhead({ headers }: IncomingMessage): boolean {
  const purposes = ['sec-purpose', 'purpose', 'x-purpose', 'x-moz'].flatMap((name) => headers[name] ?? []);
  return purposes.some((purpose) => /prefetch|prerender|preview/i.test(purpose));
}

/** Key and code of a link; empty where there is none, or more than one. Escapes that are none stand for themselves. */
function readLink(url: string): { readonly key: string; readonly code: string } {
  const [, query = ''] = /\?([^#]*)/.exec(url) ?? [];
  const parameters = new URLSearchParams(query);
  const only = (name: string) => {
    const [value = '', ...others] = parameters.getAll(name);
    return others.length === 0 ? value : '';
  };
  return { key: only('key'), code: only('cc') };
}

function pageFor(error: unknown, { logError }: DoorSettings): Page {
  if (error instanceof BusyError) return busyPage(busySeconds);
  const requestId = currentRequestId() ?? randomUUID();
  logError(loggable(error), { requestId, path: undefined });
  return failedPage(requestId);
}

function send(request: IncomingMessage, response: ServerResponse, { status, headers, html }: Page): void {
  if (!hasBody(request)) {
    response.writeHead(status, headers).end(html);
    return;
  }
  response.writeHead(status, { ...headers, Connection: 'close' }).write(html);
  endAfterBody(request, response);
}
