import { type Attack, badRequest, body, limited } from '../fixtures/attack.ts';

const query = '{ __typename }';
const answered = { status: 200, data: { __typename: 'Query' } };
const good = JSON.stringify({ query });
const mutation = 'mutation { createWorkspace(input: { title: "From another site" }) { __typename } }';
const crossSite = { status: 403, code: 'CROSS_SITE_REQUEST' };
const tooLarge = { status: 413, code: 'LIMIT_EXCEEDED', limit: 'body' };
const proof = { 'GraphQL-Require-Preflight': '1' };

const encoded = (text: string) => `query=${encodeURIComponent(text)}`;

function multipart(parts: Record<string, string>): { content: string; headers: Record<string, string> } {
  const content = Object.entries(parts).map(
    ([name, value]) => `--b\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`,
  );
  return {
    content: `${content.join('')}--b--\r\n`,
    headers: { 'Content-Type': 'multipart/form-data; boundary=b' },
  };
}

const upload = multipart({
  operations: JSON.stringify({ query: mutation, variables: { file: null } }),
  map: '{"0":["variables.file"]}',
  0: 'x',
});
const polluting = multipart({
  operations: JSON.stringify({ query, variables: {} }),
  map: '{"0":["variables.__proto__.polluted","constructor.prototype.polluted"]}',
  0: 'x',
});
const manyParts = multipart(Object.fromEntries(Array.from({ length: 20_000 }, (_, i) => [`p${i}`, 'x'])));

/** Content types that a page of any site can send, and those nobody knows. */
export const forms: readonly Attack[] = [
  { name: 'plain text', send: body(good, { 'Content-Type': 'text/plain' }), expected: crossSite },
  { name: 'no content type', send: body(good, { 'Content-Type': undefined }), expected: crossSite },
  { name: 'a content type of nothing', send: body(good, { 'Content-Type': '' }), expected: crossSite },
  {
    name: 'a content type of its own making',
    send: body(good, { 'Content-Type': 'application/x-evil' }),
    expected: { status: 415 },
  },
  {
    name: 'an upper-case content type',
    send: body(good, { 'Content-Type': 'APPLICATION/JSON' }),
    expected: { status: 415 },
  },
  {
    name: 'XML',
    send: body('<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>', {
      'Content-Type': 'application/xml',
    }),
    expected: { status: 415 },
  },
  {
    name: 'two content types',
    send: body(good, { 'Content-Type': 'text/plain, application/json' }),
    expected: crossSite,
  },
  {
    name: 'a content type of 10,000 parameters',
    send: body(good, { 'Content-Type': `application/json${';a=b'.repeat(3_000)}` }),
    expected: answered,
  },
  {
    name: 'the document alone',
    send: body(query, { 'Content-Type': 'application/graphql' }),
    expected: answered,
  },
  {
    name: 'a document alone of 2 MB',
    send: body(`${query}${' '.repeat(2_000_000)}`, { 'Content-Type': 'application/graphql' }),
    expected: limited('characters'),
  },
  {
    name: 'a form',
    send: body(encoded(mutation), { 'Content-Type': 'application/x-www-form-urlencoded' }),
    expected: crossSite,
  },
  {
    name: 'a form of malformed JSON, from one of ours',
    send: body(`${encoded(query)}&variables={`, {
      ...proof,
      'Content-Type': 'application/x-www-form-urlencoded',
    }),
    expected: badRequest,
  },
  {
    name: 'a form whose variables are a number, from one of ours',
    send: body(`${encoded(query)}&variables=1`, {
      ...proof,
      'Content-Type': 'application/x-www-form-urlencoded',
    }),
    expected: badRequest,
  },
  {
    name: 'a form of 2 MB, from one of ours',
    send: body(`${encoded(query)}&variables=${'['.repeat(2_000_000)}`, {
      ...proof,
      'Content-Type': 'application/x-www-form-urlencoded',
    }),
    expected: tooLarge,
  },
  {
    name: 'a form of 16 kB of parameters, from one of ours',
    send: body(`${encoded(query)}${'&a'.repeat(8_000)}`, {
      ...proof,
      'Content-Type': 'application/x-www-form-urlencoded',
    }),
    expected: answered,
  },
  {
    name: 'a form of 16 kB of brackets, from one of ours',
    send: body(`${encoded(query)}&variables=${'['.repeat(16_000)}`, {
      ...proof,
      'Content-Type': 'application/x-www-form-urlencoded',
    }),
    expected: badRequest,
  },
  { name: 'an upload', send: body(upload.content, upload.headers), expected: crossSite },
  {
    name: 'a query as an upload that pollutes, from one of ours',
    send: body(polluting.content, { ...proof, ...polluting.headers }),
    expected: answered,
  },
  {
    name: 'an upload of 20,000 parts, from one of ours',
    send: body(manyParts.content, { ...proof, ...manyParts.headers }),
    expected: tooLarge,
  },
  {
    name: 'an upload of 250 parts, from one of ours',
    send: body(multipart(Object.fromEntries(Array.from({ length: 250 }, (_, i) => [`p${i}`, 'x']))).content, {
      ...proof,
      ...upload.headers,
    }),
    expected: { status: 400 },
  },
  {
    name: 'an upload without a boundary, from one of ours',
    send: body(upload.content, { ...proof, 'Content-Type': 'multipart/form-data' }),
    expected: { status: 400 },
  },
  {
    name: 'an upload that ends early, from one of ours',
    send: body(upload.content.slice(0, 60), { ...proof, ...upload.headers }),
    expected: { status: 400 },
  },
  {
    name: 'an upload without operations, from one of ours',
    send: body(multipart({ map: '{}' }).content, { ...proof, ...upload.headers }),
    expected: { status: 400 },
  },
  {
    name: 'an upload of malformed JSON, from one of ours',
    send: body(multipart({ operations: '{', map: '{' }).content, { ...proof, ...upload.headers }),
    expected: { status: 400 },
  },
  {
    name: 'an upload whose map is no map, from one of ours',
    send: body(multipart({ operations: good, map: '{"0":1}', 0: 'x' }).content, {
      ...proof,
      ...upload.headers,
    }),
    expected: { status: 400 },
  },
  {
    name: 'an upload whose map is null, from one of ours',
    send: body(multipart({ operations: good, map: 'null' }).content, { ...proof, ...upload.headers }),
    expected: answered,
  },
  {
    name: 'an upload of a list of operations, from one of ours',
    send: body(multipart({ operations: `[${good}]`, map: '{}' }).content, { ...proof, ...upload.headers }),
    expected: { status: 400 },
  },
];
