import { type Aim, type Attack, document, head } from '../fixtures/attack.ts';

const query = '{"query":"{ __typename }"}';
const answered = { status: 200, data: { __typename: 'Query' } };
const length = { 'Content-Length': `${query.length}` };
const url = '/graphql?query=%7B__typename%7D';
const get =
  (line: string, headers: Record<string, string | undefined> = {}) =>
  (aim: Aim) => [head(aim, line, { 'Content-Type': undefined, ...headers })];
const post =
  (headers: Record<string, string | undefined>, ...pieces: (string | Buffer | number)[]) =>
  (aim: Aim) => [head(aim, undefined, headers), ...pieces];
const refused = { status: 400 };

/** Hosts, paths and headers made by hand. */
export const heads: readonly Attack[] = [
  { name: 'no host', send: get(`GET ${url}`, { Host: undefined }), expected: refused },
  { name: 'two hosts', send: get(`GET ${url}`, { host: 'evil.example' }), expected: answered },
  {
    name: 'a host that is none',
    send: get(`GET ${url}`, { Host: 'a b' }),
    expected: { status: 400, code: 'BAD_REQUEST' },
  },
  {
    name: 'a host of brackets',
    send: get(`GET ${url}`, { Host: '[' }),
    expected: { status: 400, code: 'BAD_REQUEST' },
  },
  {
    name: 'a host with a port past all',
    send: get(`GET ${url}`, { Host: 'gateway.example:99999999' }),
    expected: { status: 400, code: 'BAD_REQUEST' },
  },
  {
    name: 'a host with a path',
    send: get(`GET ${url}`, { Host: 'evil.example/graphql?x=' }),
    expected: { status: 400, code: 'BAD_REQUEST' },
  },
  {
    name: 'a host with credentials',
    send: get(`GET ${url}`, { Host: 'user:secret@evil.example' }),
    expected: { status: 400, code: 'BAD_REQUEST' },
  },
  { name: 'an empty host', send: get(`GET ${url}`, { Host: '' }), expected: answered },
  { name: 'a host of 10 kB', send: get(`GET ${url}`, { Host: 'x'.repeat(10_000) }), expected: answered },
  { name: 'an absolute URL', send: get(`GET http://evil.example${url}`), expected: answered },
  { name: 'a URL of another scheme', send: get('GET file:///etc/passwd'), expected: { status: 404 } },
  { name: 'a URL that is an asterisk', send: get('OPTIONS *'), expected: { status: 404 } },
  { name: 'a path that goes up', send: get(`GET /../../etc/passwd`), expected: { status: 404 } },
  { name: 'a path of two slashes', send: get(`GET //evil.example${url}`), expected: { status: 404 } },
  { name: 'a path of encoded dots', send: get('GET /%2e%2e/%2e%2e/graphql%00'), expected: { status: 404 } },
  { name: 'a path with half of an escape', send: get('GET /%'), expected: { status: 404 } },
  { name: 'a path that ends as the endpoint does', send: get(`GET /evil${url}`), expected: { status: 404 } },
  {
    name: 'a path that ends as the health check does',
    send: get('GET /graphql/health'),
    expected: { status: 404 },
  },
  {
    name: 'a path in other letters',
    send: get('GET /GraphQL?query=%7B__typename%7D'),
    expected: { status: 404 },
  },
  { name: 'a URL with a fragment', send: get(`GET ${url}#/graphql`), expected: answered },
  {
    name: 'a health check that is a POST',
    send: (aim) => [head(aim, 'POST /health', length), query],
    expected: { status: 405 },
  },
  { name: '20 kB of headers', send: post({ 'X-Large': 'x'.repeat(20_000) }), expected: { status: 431 } },
  {
    name: '3,000 headers',
    send: (aim) => [head(aim, `GET ${url}`).slice(0, -2), 'a: b\r\n'.repeat(2_500), '\r\n'],
    expected: answered,
  },
  {
    name: 'a header line that is folded',
    send: (aim) => [head(aim, `GET ${url}`).slice(0, -2), 'X-A: b\r\n c\r\n\r\n'],
    expected: refused,
  },
  { name: 'a header with a NUL', send: get(`GET ${url}`, { 'X-A': 'a\0b' }), expected: refused },
  {
    name: 'a header with a bare line feed',
    send: get(`GET ${url}`, { 'X-A': 'a\nX-B: c' }),
    expected: { status: 400 },
  },
  { name: 'a header name with a space', send: get(`GET ${url}`, { 'X A': 'b' }), expected: refused },
  {
    name: 'a header named __proto__',
    send: get(`GET ${url}`, { __proto__x: 'b', constructor: 'x' }),
    expected: answered,
  },
  {
    name: 'a request id with a line break in it',
    send: get(`GET ${url}`, { 'X-Request-Id': 'a%0d%0aSet-Cookie: b' }),
    expected: answered,
  },
  {
    name: 'a request id of 10 kB',
    send: get(`GET ${url}`, { 'X-Request-Id': 'a'.repeat(10_000) }),
    expected: answered,
  },
  {
    name: 'a request id of other letters',
    send: get(`GET ${url}`, { 'X-Request-Id': 'ä<script>' }),
    expected: answered,
  },
  {
    name: 'an origin nobody listed',
    send: document('{ __typename }', undefined, {}, { Origin: 'https://evil.example' }),
    expected: answered,
  },
  {
    name: 'an origin of 10 kB',
    send: document('{ __typename }', undefined, {}, { Origin: `https://${'x'.repeat(10_000)}` }),
    expected: answered,
  },
  {
    name: 'an address that is forwarded for another',
    send: document(
      '{ __typename }',
      undefined,
      {},
      { 'X-Forwarded-For': '127.0.0.1', 'X-Forwarded-Host': 'evil.example', Forwarded: 'for=127.0.0.1' },
    ),
    expected: answered,
  },
  {
    name: 'a method that is overridden',
    send: get(`GET ${url}`, { 'X-HTTP-Method-Override': 'DELETE' }),
    expected: answered,
  },
];
