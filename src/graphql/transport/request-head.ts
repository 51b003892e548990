import type { IncomingMessage, RequestListener } from 'node:http';
import { writeJson } from './send-json.ts';

/** No client lists more: an answer that none of ten thousand types fits would name all of ours for each of them. */
const longestAccept = 1_000;

/**
 * Lets through what is for the GraphQL endpoint and can be made a URL of; everything else is 404 or 400. Yoga takes any
 * URL that ends in its path or in `/health` for its own, and answers a `Host` that is none with 500 and the stack.
 */
export function withCheckedHead(handler: RequestListener): RequestListener {
  return (request, response) => {
    if (!isForEndpoint(request)) {
      response.writeHead(404, { 'Content-Length': 0 }).end();
      return;
    }
    const problem = headProblem(request);
    if (problem === undefined) return handler(request, response);
    writeJson(response, 400, { errors: [{ message: problem, extensions: { code: 'BAD_REQUEST' } }] });
    response.end();
  };
}

/** Whether a request is for the GraphQL endpoint; its URL is in origin form afterwards. */
export function isForEndpoint(request: IncomingMessage): boolean {
  request.url = originForm(request.url);
  return request.url.split(/[?#]/, 1)[0] === '/graphql';
}

/** Path and query that a request is for. The absolute form, as a proxy is sent it, means the same. */
export function originForm(url = ''): string {
  return url.replace(/^https?:\/\/[^/?#]*(?=\/)/i, '');
}

/** What is wrong with the head of a request, in a sentence. */
export function headProblem({
  headers: { host = 'localhost', accept = '' },
}: IncomingMessage): string | undefined {
  if (/[^\w.:[\]-]/.test(host) || !URL.canParse(`http://${host || 'localhost'}`)) {
    return 'The Host header names no host.';
  }
  if (accept.length <= longestAccept) return undefined;
  return `The Accept header has ${accept.length} characters; at most ${longestAccept} are allowed.`;
}
