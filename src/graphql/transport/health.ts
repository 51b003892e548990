import type { RequestListener, ServerResponse } from 'node:http';
import { writeJson } from './send-json.ts';

/** How long a readiness check may take, in ms, before it counts as failed. */
const readinessTimeoutMs = 3_000;

/**
 * Answers `GET /health` (the process runs) and `GET /ready` (it can serve: `isReady` said true within 3 s), and hands
 * every other request on. It stands before Yoga, whose own check answers any URL that ends in `/health`. A check that
 * throws or hangs is "unavailable"; why is not for the caller.
 */
export function withHealth(handler: RequestListener, isReady: () => Promise<boolean>): RequestListener {
  return (request, response) => {
    const path = request.url?.split('?', 1)[0];
    if (path !== '/health' && path !== '/ready') return handler(request, response);
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      writeJson(response, 405, { status: 'method not allowed' }, { Allow: 'GET, HEAD' });
      response.end();
    } else if (path === '/health') {
      answer(response, 200, 'ok');
    } else {
      void within(readinessTimeoutMs, isReady).then((ready) =>
        ready ? answer(response, 200, 'ready') : answer(response, 503, 'unavailable'),
      );
    }
  };
}

function answer(response: ServerResponse, status: number, word: string): void {
  writeJson(response, status, { status: word });
  response.end();
}

async function within(milliseconds: number, check: () => Promise<boolean>): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<false>((resolve) => {
    timer = setTimeout(resolve, milliseconds, false);
  });
  try {
    return await Promise.race([check(), timeout]);
  } catch {
    return false;
  } finally {
    clearTimeout(timer);
  }
}
