import type { IncomingMessage } from 'node:http';
import type { GraphQLParams } from 'graphql-yoga';
import { bodyOf } from './body-limit.ts';

/** A POST of JSON that asks for JSON: what nearly all clients send. */
export interface PlainPost {
  readonly params: GraphQLParams;
  readonly mediaType: JsonType;
}

type JsonType = 'application/json' | 'application/graphql-response+json';

const parameters = new Set(['query', 'variables', 'operationName', 'extensions']);

/**
 * What a request asks for if it is a plain POST whose parameters have the types that they ought to have, and no
 * subscription; null for all others.
 */
export function readPlainPost(request: IncomingMessage): PlainPost | null {
  const { method, url, headers } = request;
  if (method !== 'POST' || url !== '/graphql' || !isJson(headers['content-type'])) return null;
  const mediaType = jsonTypeFor(headers.accept);
  const body = mediaType && bodyOf(request);
  if (!mediaType || !body) return null;
  try {
    const params: unknown = JSON.parse(body.toString());
    return areParameters(params) ? { params, mediaType } : null;
  } catch {
    return null;
  }
}

function isJson(contentType = ''): boolean {
  return contentType === 'application/json' || contentType.startsWith('application/json;');
}

/** The kind of JSON that an `Accept` header prefers, by the rules of Yoga: the first that fits, whatever its weight. */
function jsonTypeFor(accept = '*/*'): JsonType | null {
  for (const entry of accept.replace(/\s/g, '').toLowerCase().split(',')) {
    const [type = '', ...options] = entry.split(';');
    const charset = options.find((option) => option.includes('charset=')) ?? 'charset=utf-8';
    if (charset !== 'charset=utf-8') continue;
    if (/^(application|\*)\/(json|\*)$/.test(type)) return 'application/json';
    if (/^(application|\*)\/graphql-response\+json$/.test(type)) return 'application/graphql-response+json';
  }
  return null;
}

function areParameters(params: unknown): params is GraphQLParams {
  if (!isObject(params)) return false;
  const { query, variables, operationName, extensions } = params;
  // A subscription is answered by events, if at all. Whatever names the word besides is answered all the same.
  if (typeof query !== 'string' || query.includes('subscription')) return false;
  if (operationName != null && typeof operationName !== 'string') return false;
  if (![variables, extensions].every((value) => value == null || isObject(value))) return false;
  return Object.keys(params).every((name) => parameters.has(name));
}

/** Whether parameters are sure to change nothing: the document doesn't so much as contain the word. */
export function isRead({ query }: GraphQLParams): boolean {
  return query?.includes('mutation') === false;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
