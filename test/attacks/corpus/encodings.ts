import { type Attack, badRequest, body, document } from '../fixtures/attack.ts';

const query = '{ __typename }';
const json = JSON.stringify({ query });
const answered = { status: 200, data: { __typename: 'Query' } };
const create =
  'mutation ($input: CreateWorkspaceInput!) { createWorkspace(input: $input) { __typename ... on Error { code } } }';
const refused = {
  status: 200,
  data: { createWorkspace: { __typename: 'InvalidInputError', code: 'INVALID_INPUT' } },
};
const rename =
  'mutation ($input: CreateParticipantGroupInput!) { createParticipantGroup(input: $input) { __typename ... on Error { code } } }';

/** JSON of a mutation whose title is these raw bytes, between the quotes. */
const rawTitle = (bytes: Buffer) =>
  Buffer.concat([
    Buffer.from(`{"query":${JSON.stringify(create)},"variables":{"input":{"title":"`),
    bytes,
    Buffer.from('"}}}'),
  ]);

const title = (text: string) => document(create, { input: { title: text } });
const search = (text: string) =>
  document(
    'query ($id: ID!, $text: String) { workspace(id: $id) { participantGroups(filter: { search: $text }) { totalCount } } }',
    ({ workspaceId }) => ({ id: workspaceId, text }),
  );
const found = (totalCount: number) =>
  ({ status: 200, data: { workspace: { participantGroups: { totalCount } } }, reads: true }) as const;

/** Bytes that are no UTF-8, other encodings, and text that is hard to store, to compare or to read. */
export const encodings: readonly Attack[] = [
  {
    name: 'a byte that is no UTF-8, outside of a text',
    send: body(Buffer.concat([Buffer.from(json), Buffer.from([0xff])])),
    expected: badRequest,
  },
  {
    name: 'a million bytes that are no UTF-8',
    send: body(Buffer.alloc(1_000_000, 0xff)),
    expected: badRequest,
  },
  {
    name: 'JSON in UTF-16',
    send: body(Buffer.from(json, 'utf16le'), { 'Content-Type': 'application/json; charset=utf-16' }),
    expected: badRequest,
  },
  {
    name: 'JSON in UTF-16 with its mark',
    send: body(Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(json, 'utf16le')])),
    expected: badRequest,
  },
  {
    name: 'JSON in UTF-32',
    send: body(Buffer.from([...json].flatMap((each) => [0, 0, 0, each.charCodeAt(0)]))),
    expected: badRequest,
  },
  {
    name: 'JSON in UTF-7',
    send: body('+AHs-"query":"{ __typename }"+AH0-', { 'Content-Type': 'application/json; charset=utf-7' }),
    expected: badRequest,
  },
  {
    name: 'JSON that says it is EBCDIC',
    send: body(json, { 'Content-Type': 'application/json; charset=ibm037' }),
    expected: answered,
  },
  { name: 'a NUL in JSON', send: body(`${json}\0`), expected: badRequest },
  { name: 'a NUL as it is in a text', send: body('{"query":"{ __typename }\0"}'), expected: badRequest },
  {
    name: 'an overlong NUL in a title',
    send: body(rawTitle(Buffer.from([0xc0, 0x80, 0x00]))),
    expected: badRequest,
  },
  { name: 'a title that is empty but for its spaces', send: title('\u00a0\u2003\ufeff'), expected: refused },
  { name: 'a title with a NUL', send: title('a\0b'), expected: refused },
  { name: 'a title with a line break', send: title('a\r\nb'), expected: refused },
  { name: 'a title with an escape of terminals', send: title('\u001b[2J'), expected: refused },
  { name: 'a title with a control character of Latin-1', send: title('a\u0085b'), expected: refused },
  { name: 'a title with half of a surrogate pair', send: title('a\ud83d'), expected: refused },
  {
    name: 'a title with the other half of a pair',
    send: body(`{"query":${JSON.stringify(create)},"variables":{"input":{"title":"\\udc34"}}}`),
    expected: refused,
  },
  {
    name: 'a title of 201 characters outside of the first plane',
    send: title('🐴'.repeat(201)),
    expected: refused,
  },
  {
    name: 'a title of 100,000 marks on one letter',
    send: title(`a${'\u0301'.repeat(100_000)}`),
    expected: refused,
  },
  {
    name: 'a description with a NUL',
    send: document(create, { input: { title: 'x', description: '\0' } }),
    expected: refused,
  },
  {
    name: 'an idempotency key with a NUL',
    send: document(create, { input: { title: 'x', idempotencyKey: '\0' } }),
    expected: refused,
  },
  {
    name: 'an idempotency key with half of a pair',
    send: document(create, { input: { title: 'x', idempotencyKey: '\ud800' } }),
    expected: refused,
  },
  {
    name: 'a name that is taken, in other letters of the same look',
    send: document(rename, ({ workspaceId }) => ({
      input: { scope: { workspaceId }, name: 'Cafe\u0301 GROUP' },
    })),
    expected: {
      status: 200,
      data: { createParticipantGroup: { __typename: 'NameTakenError', code: 'CONFLICT' } },
      reads: true,
    },
  },
  {
    name: 'a name with a NUL',
    send: document(rename, ({ workspaceId }) => ({ input: { scope: { workspaceId }, name: 'a\0' } })),
    expected: {
      status: 200,
      data: { createParticipantGroup: { __typename: 'InvalidInputError', code: 'INVALID_INPUT' } },
    },
  },
  { name: 'a search for what stands for anything', send: search('%'), expected: found(0) },
  { name: 'a search for what stands for any letter', send: search('_'), expected: found(0) },
  { name: 'a search for the escape of patterns', send: search('\\'), expected: found(0) },
  { name: 'a search for an escaped pattern', send: search('\\%'), expected: found(0) },
  { name: 'a search for a pattern of 200 wildcards', send: search('%_'.repeat(100)), expected: found(0) },
  { name: 'a search for SQL', send: search("'; DROP TABLE app_user; --"), expected: found(0) },
  { name: 'a search for a parameter', send: search('$1 :name ?'), expected: found(0) },
  { name: 'a search for a regular expression', send: search('(a+)+$'), expected: found(0) },
  {
    name: 'a search for a NUL',
    send: search('\0'),
    expected: {
      status: 200,
      code: 'INVALID_INPUT',
      path: ['workspace', 'participantGroups'],
      data: { workspace: null },
      reads: true,
    },
  },
  {
    name: 'a search for half of a pair',
    send: search('\ud83d'),
    expected: {
      status: 200,
      code: 'INVALID_INPUT',
      path: ['workspace', 'participantGroups'],
      data: { workspace: null },
      reads: true,
    },
  },
  {
    name: 'a search for what is read from the right',
    send: search('\u202etxt.exe\u202c'),
    expected: found(0),
  },
  { name: 'a search for nothing that can be seen', send: search('\u200b\u200d\u2060'), expected: found(0) },
];
