import { type Aim, type Attack, head } from '../fixtures/attack.ts';

const query = '{"query":"{ __typename }"}';
const answered = { status: 200, data: { __typename: 'Query' } };
const length = { 'Content-Length': `${query.length}` };
const url = '/graphql?query=%7B__typename%7D';
const get =
  (line: string, headers: Record<string, string | undefined> = {}) =>
  (aim: Aim) => [head(aim, line, { 'Content-Type': undefined, ...headers })];
const raw = (text: string) => () => [text];
const refused = { status: 400 };

/** Methods, versions and protocols that are not ours. */
export const methods: readonly Attack[] = [
  { name: 'HEAD', send: get(`HEAD ${url}`), expected: { status: 405 } },
  {
    name: 'PUT',
    send: (aim) => [head(aim, 'PUT /graphql', length), query],
    expected: { status: 405, code: 'BAD_REQUEST' },
  },
  {
    name: 'PATCH',
    send: (aim) => [head(aim, 'PATCH /graphql', length), query],
    expected: { status: 405, code: 'BAD_REQUEST' },
  },
  { name: 'DELETE', send: get('DELETE /graphql'), expected: { status: 405, code: 'BAD_REQUEST' } },
  { name: 'TRACE', send: get('TRACE /graphql'), expected: { status: 405 } },
  { name: 'OPTIONS without CORS', send: get('OPTIONS /graphql'), expected: { status: 204 } },
  { name: 'CONNECT', send: get('CONNECT evil.example:443'), expected: { status: [] } },
  { name: 'a method nobody knows', send: get('EVIL /graphql'), expected: refused },
  { name: 'a method of WebDAV', send: get('PROPFIND /graphql'), expected: { status: 405 } },
  {
    name: 'an upgrade to WebSocket',
    send: get(`GET ${url}`, {
      Connection: 'Upgrade, close',
      Upgrade: 'websocket',
      'Sec-WebSocket-Key': 'AAAAAAAAAAAAAAAAAAAAAA==',
      'Sec-WebSocket-Version': '13',
    }),
    expected: { status: 101 },
  },
  {
    name: 'an upgrade to WebSocket at another address',
    send: get('GET /health', {
      Connection: 'Upgrade, close',
      Upgrade: 'websocket',
      'Sec-WebSocket-Key': 'AAAAAAAAAAAAAAAAAAAAAA==',
      'Sec-WebSocket-Version': '13',
    }),
    expected: { status: 404, code: 'NOT_FOUND' },
  },
  {
    name: 'an upgrade to WebSocket with a key that is none',
    send: get(`GET ${url}`, {
      Connection: 'Upgrade, close',
      Upgrade: 'websocket',
      'Sec-WebSocket-Key': 'evil',
      'Sec-WebSocket-Version': '13',
    }),
    expected: { status: 400 },
  },
  {
    name: 'an upgrade to HTTP/2',
    send: get(`GET ${url}`, {
      Connection: 'Upgrade, HTTP2-Settings, close',
      Upgrade: 'h2c',
      'HTTP2-Settings': 'AAMAAABk',
    }),
    expected: answered,
  },
  { name: 'HTTP/2', send: raw('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'), expected: refused },
  { name: 'HTTP/0.9', send: raw('GET /graphql\r\n\r\n'), expected: { status: 200, code: 'BAD_REQUEST' } },
  { name: 'HTTP/9.9', send: raw('GET /graphql HTTP/9.9\r\nHost: x\r\n\r\n'), expected: refused },
  { name: 'TLS', send: () => [Buffer.from('16030100c8010000c403031234', 'hex')], expected: refused },
  { name: 'garbage', send: raw('\0\x01\x02\xff\r\n\r\n'), expected: refused },
];
