import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import type { ExecutionResult, GraphQLError } from 'graphql';
import { isAsyncIterable, processRegularResult, type YogaServerInstance } from 'graphql-yoga';
import type { Context } from '../context.ts';
import type { Admission } from '../rate-limit/admission.ts';
import { type Guess, isUnfounded, type Served, type Supposition, supposing } from '../supposition.ts';
import { endWith } from './long-bodies.ts';
import { isRead, type PlainPost, readPlainPost } from './plain-post.ts';

/** What plain POSTs are answered by: the same as all other requests. */
export interface PlainAnswerSettings {
  readonly gateway: YogaServerInstance<Served, Context>;
  readonly admission: Admission;
  /** Who a token stood for last, if it is known. */
  readonly supposedViewers: { suppose(authorization: string | undefined): Guess | null };
  readonly maskError: (error: unknown) => GraphQLError;
  /** Whose pages may read an answer; Yoga says so to them. */
  readonly corsOrigins: readonly string[];
}

interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
}

/**
 * Answers plain POSTs from their parameters, by what Yoga does with parameters: its model of HTTP takes as long as a
 * small query does. All other requests are Yoga's own, and so are those that are refused before anything is executed.
 */
export function withPlainPosts(settings: PlainAnswerSettings): RequestListener {
  const { gateway, admission, corsOrigins } = settings;
  return (req, res) => {
    const { host, origin, authorization } = req.headers;
    const post = host && (origin === undefined || corsOrigins.length === 0) ? readPlainPost(req) : null;
    if (post === null) return void gateway(req, res);
    // Of its headers, nothing but the token is asked for by what is no subscription.
    const request = new gateway.fetchAPI.Request(`http://${host}/graphql`, {
      method: 'POST',
      headers: authorization === undefined ? {} : { authorization },
    });
    void admission.admit(req, request).then(
      () => answer(settings, { ...post, request, req, res }),
      () => gateway(req, res),
    );
  };
}

interface Exchange extends PlainPost {
  readonly request: Request;
  readonly req: IncomingMessage;
  readonly res: ServerResponse;
}

async function answer(settings: PlainAnswerSettings, exchange: Exchange): Promise<void> {
  const { req, res } = exchange;
  const { status, headers, text } = await answerOf(settings, exchange);
  await settings.admission.settle(req, status);
  if (res.destroyed) return;
  const length = Buffer.byteLength(text);
  res.writeHead(status, { ...headers, 'Content-Length': length });
  endWith(res, text, length);
}

async function answerOf(settings: PlainAnswerSettings, exchange: Exchange): Promise<Answer> {
  const { gateway, supposedViewers, maskError } = settings;
  const { params, request, req, mediaType } = exchange;
  const run = async (supposition?: Supposition) => {
    const result = await gateway.getResultForParams({ params, request }, { req, supposition });
    if (result === undefined || isAsyncIterable(result)) throw new Error('An operation has one answer');
    return result;
  };
  try {
    const guess = isRead(params) ? supposedViewers.suppose(req.headers.authorization) : null;
    const supposition = guess === null ? undefined : supposing(guess);
    const result = await run(supposition);
    return await told(gateway, isUnfounded(supposition) ? await run() : result, mediaType);
  } catch (error) {
    return told(gateway, { errors: [maskError(error)] }, mediaType);
  }
}

/** Only errors have a say in the status and the headers of an answer; what that is, Yoga knows. */
function told(
  { fetchAPI }: PlainAnswerSettings['gateway'],
  result: ExecutionResult,
  mediaType: string,
): Answer | Promise<Answer> {
  if (result.errors !== undefined) return read(processRegularResult(result, fetchAPI, mediaType));
  const headers = { 'Content-Type': `${mediaType}; charset=utf-8` };
  return { status: 200, headers, text: JSON.stringify(result) };
}

async function read(response: Response): Promise<Answer> {
  const headers = Object.fromEntries(response.headers);
  return { status: response.status, headers, text: await response.text() };
}
