import { type Aim, type Attack, badRequest, document, head, limited } from '../fixtures/attack.ts';

const query = '{ __typename }';
const answered = { status: 200, data: { __typename: 'Query' } };
const good = JSON.stringify({ query });
const mutation = 'mutation { createWorkspace(input: { title: "From another site" }) { __typename } }';

/** A GET with these parameters, as they are. */
const get =
  (parameters: string, headers: Record<string, string | undefined> = {}) =>
  (aim: Aim) => [head(aim, `GET /graphql?${parameters}`, { 'Content-Type': undefined, ...headers })];
const encoded = (text: string) => `query=${encodeURIComponent(text)}`;

/** What is asked by GET, and answers of other types. */
export const urls: readonly Attack[] = [
  { name: 'a mutation by GET', send: get(encoded(mutation)), expected: { status: 405, code: 'BAD_REQUEST' } },
  {
    name: 'a mutation by GET, beside a query',
    send: get(
      `${encoded(`query A { __typename } ${mutation.replace('mutation', 'mutation B')}`)}&operationName=B`,
    ),
    expected: { status: 405, code: 'BAD_REQUEST' },
  },
  {
    name: 'a mutation in the URL and a query in the body',
    send: (aim) => [
      head(aim, `POST /graphql?${encoded(mutation)}`, { 'Content-Length': `${good.length}` }),
      good,
    ],
    expected: answered,
  },
  {
    name: 'a GET with a body',
    send: (aim) => [
      head(aim, `GET /graphql?${encoded(query)}`, { 'Content-Length': `${good.length}` }),
      good,
    ],
    expected: answered,
  },
  { name: 'a GET of nothing', send: get(''), expected: badRequest },
  { name: 'a GET of malformed variables', send: get(`${encoded(query)}&variables={`), expected: badRequest },
  {
    name: 'a GET of variables that are a number',
    send: get(`${encoded(query)}&variables=1`),
    expected: badRequest,
  },
  {
    name: 'a GET of malformed extensions',
    send: get(`${encoded(query)}&extensions=x`),
    expected: badRequest,
  },
  {
    name: 'a GET of deep variables',
    send: get(`${encoded(query)}&variables=${'['.repeat(7_000)}${']'.repeat(7_000)}`),
    expected: badRequest,
  },
  {
    name: 'a GET of deep objects',
    send: get(
      `${encoded(query)}&variables=${'{"a":'.repeat(1_400)}1${'}'.repeat(1_400)}`.replaceAll('"', '%22'),
    ),
    expected: limited('depth'),
  },
  {
    name: 'a GET of 8,000 parameters',
    send: get(`${encoded(query)}${'&a'.repeat(7_000)}`),
    expected: answered,
  },
  { name: 'a GET of two queries', send: get(`${encoded(query)}&${encoded(mutation)}`), expected: answered },
  { name: 'a GET with half of an escape', send: get('query=%7B__typename%7D%'), expected: { status: 400 } },
  {
    name: 'a GET with escapes that are no UTF-8',
    send: get('query=%ff%fe%c0%80'),
    expected: { status: 400, code: 'GRAPHQL_PARSE_FAILED' },
  },
  {
    name: 'a GET with a lone surrogate',
    send: get('query=%ed%a0%bd'),
    expected: { status: 400, code: 'GRAPHQL_PARSE_FAILED' },
  },
  { name: 'a GET of an URL of 20 kB', send: get(`query=${'x'.repeat(20_000)}`), expected: { status: 431 } },
  {
    name: 'an answer as a stream of events',
    send: document('{ viewer { nope } }', undefined, {}, { Accept: 'text/event-stream' }),
    expected: { status: 200, says: 'GRAPHQL_VALIDATION_FAILED' },
  },
  {
    name: 'an answer in parts',
    send: document('{ viewer { nope } }', undefined, {}, { Accept: 'multipart/mixed' }),
    expected: { status: 400 },
  },
  {
    name: 'an answer that is never acceptable',
    send: document(query, undefined, {}, { Accept: 'image/png' }),
    expected: { status: 406 },
  },
  {
    name: 'an answer that is explicitly not acceptable',
    send: document(query, undefined, {}, { Accept: 'application/json;q=0' }),
    expected: answered,
  },
  {
    name: 'an answer in UTF-16',
    send: document(query, undefined, {}, { Accept: 'application/json;charset=utf-16' }),
    expected: { status: 406 },
  },
  {
    name: '7,000 acceptable types',
    send: document(query, undefined, {}, { Accept: 'a,'.repeat(7_000) }),
    expected: badRequest,
  },
  {
    name: '4,000 times anything',
    send: document(query, undefined, {}, { Accept: '*/*,'.repeat(3_500) }),
    expected: badRequest,
  },
  {
    name: 'a page of the console, where there is none',
    send: get('', { Accept: 'text/html' }),
    expected: { status: 406 },
  },
];
