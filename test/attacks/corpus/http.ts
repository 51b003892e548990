import { type Aim, type Attack, head } from '../fixtures/attack.ts';

const query = '{"query":"{ __typename }"}';
const answered = { status: 200, data: { __typename: 'Query' } };
const length = { 'Content-Length': `${query.length}` };
const url = '/graphql?query=%7B__typename%7D';
const post =
  (headers: Record<string, string | undefined>, ...pieces: (string | Buffer | number)[]) =>
  (aim: Aim) => [head(aim, undefined, headers), ...pieces];
const refused = { status: 400 };
const chunked = { 'Transfer-Encoding': 'chunked' };
const gzipped = Buffer.from('H4sIAAAAAAAAA6tWKiwtSi0qVrJSqlaIjy+pLEjNS8xNVahVqgUAodnVzBoAAAA=', 'base64');

/** HTTP bodies that are malformed, ambiguous, oversized or slow. */
export const http: readonly Attack[] = [
  {
    name: 'a body that is announced and does not come',
    send: post({ 'Content-Length': '100' }, '{"que'),
    expected: { status: 408 },
  },
  {
    name: 'headers that never end',
    send: (aim) => [head(aim).slice(0, -2), 'X-Slow: 1\r\n', 500, 'X-Slow: 2\r\n'],
    expected: { status: 408 },
  },
  {
    name: 'a body that comes byte by byte',
    send: post(length, ...[...query].flatMap((byte) => [byte, 1])),
    expected: answered,
  },
  {
    name: 'a body in 65,000 chunks of one byte',
    send: post(chunked, '1\r\n \r\n'.repeat(65_000), '0\r\n\r\n'),
    expected: { status: 413, code: 'LIMIT_EXCEEDED', limit: 'body' },
  },
  {
    name: 'a body in a million chunks of one byte',
    send: post(chunked, '1\r\n \r\n'.repeat(1_000_000), '0\r\n\r\n'),
    expected: { status: 413, code: 'LIMIT_EXCEEDED', limit: 'body' },
  },
  {
    name: 'a chunk that is announced with 2 GB',
    send: post(chunked, '7fffffff\r\nx', 10),
    expected: { status: 408 },
  },
  {
    name: 'a chunk of a size past 64 bits',
    send: post(chunked, `${'f'.repeat(17)}\r\nx`),
    expected: refused,
  },
  { name: 'a chunk of a negative size', send: post(chunked, '-1\r\nx'), expected: refused },
  {
    name: 'a chunk with an extension of 100 kB',
    send: post(chunked, `1;${'a'.repeat(100_000)}\r\n \r\n0\r\n\r\n`),
    expected: { status: 413 },
  },
  {
    name: 'trailers of 100 kB',
    send: post(chunked, `${query.length.toString(16)}\r\n${query}\r\n0\r\n${'X: y\r\n'.repeat(20_000)}\r\n`),
    expected: { status: 431 },
  },
  {
    name: 'a body of 50 MB',
    send: post({ 'Content-Length': '50000000' }, Buffer.alloc(50_000_000, 32)),
    expected: { status: 413, code: 'LIMIT_EXCEEDED', limit: 'body' },
  },
  {
    name: 'a body of 10^18 bytes',
    send: post({ 'Content-Length': '1000000000000000000' }, 'x'),
    expected: { status: 413, code: 'LIMIT_EXCEEDED', limit: 'body' },
  },
  {
    name: 'a length past 64 bits',
    send: post({ 'Content-Length': '99999999999999999999' }, query),
    expected: refused,
  },
  { name: 'a negative length', send: post({ 'Content-Length': '-1' }, query), expected: refused },
  { name: 'a length that is no number', send: post({ 'Content-Length': '0x1a' }, query), expected: refused },
  { name: 'two lengths in one', send: post({ 'Content-Length': '5, 26' }, query), expected: refused },
  { name: 'two lengths', send: post({ ...length, 'content-length': '5' }, query), expected: refused },
  {
    name: 'a length and chunks',
    send: post({ ...length, ...chunked }, '0\r\n\r\nGET /health HTTP/1.1\r\nHost: x\r\n\r\n'),
    expected: refused,
  },
  {
    name: 'chunks and something else',
    send: post({ 'Transfer-Encoding': 'chunked, identity' }, query),
    expected: refused,
  },
  {
    name: 'an encoding that is nearly chunked',
    send: post({ 'Transfer-Encoding': 'xchunked' }, query),
    expected: refused,
  },
  {
    name: 'chunked twice',
    send: post({ 'Transfer-Encoding': 'chunked', 'transfer-encoding': 'chunked' }, '0\r\n\r\n'),
    expected: { status: 400 },
  },
  {
    name: 'a second request hidden in the length of the first',
    send: (aim) => [
      head(aim, 'POST /graphql', { ...length, Connection: 'keep-alive' }),
      query,
      head(aim, `GET ${url}`),
    ],
    expected: { status: [200, 200], data: { __typename: 'Query' } },
  },
  {
    name: 'a body after a request that announces none',
    send: (aim) => [head(aim, `GET ${url}`, { Connection: 'keep-alive' }), `${query}\r\n\r\n`],
    expected: { status: 400 },
  },
  {
    name: '200 requests at once on one connection',
    send: (aim) => [
      head(aim, 'GET /health', { Connection: 'keep-alive' }).repeat(199),
      head(aim, 'GET /health'),
    ],
    expected: { status: Array(200).fill(200) },
  },
  {
    name: 'gzip',
    send: post({ 'Content-Encoding': 'gzip', 'Content-Length': `${gzipped.length}` }, gzipped),
    expected: { status: 415, code: 'UNSUPPORTED_ENCODING' },
  },
  {
    name: 'brotli',
    send: post({ 'Content-Encoding': 'br', ...length }, query),
    expected: { status: 415, code: 'UNSUPPORTED_ENCODING' },
  },
  {
    name: 'gzip in gzip',
    send: post({ 'Content-Encoding': 'gzip, gzip', ...length }, query),
    expected: { status: 415, code: 'UNSUPPORTED_ENCODING' },
  },
  {
    name: 'an expectation of 100-continue, too large',
    send: post({ Expect: '100-continue', 'Content-Length': '3000000' }),
    expected: { status: [100, 413] },
  },
  {
    name: 'an expectation nobody knows',
    send: post({ Expect: '200-maybe', ...length }, query),
    expected: { status: 417 },
  },
];
