import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import { text } from 'node:stream/consumers';
import { afterEach, describe, expect, it } from 'vitest';
import { limited } from '../rate-limit/server.ts';
import { type App, startApp, startNode } from '../support/app.ts';
import { createLab } from '../support/factories.ts';
import { unlimited } from '../support/unlimited.ts';

const app = await startApp({ rateLimits: unlimited() });
const lab = await createLab(app);
const authorization = `Bearer ${lab.admin.token}`;
afterEach(() => expect(app.unexpected.splice(0)).toEqual([]));

interface Answer {
  readonly told: { readonly status: string; readonly headers: object; readonly body: string };
  /** The names of its headers as they are written. */
  readonly names: readonly string[];
}

/** A POST to a path of the endpoint: Yoga reads the request itself where there is a query string. */
async function post(
  path: string,
  body: string,
  headers: Readonly<Record<string, string>>,
  to: App,
): Promise<Answer> {
  const sent = request(new URL(path, to.url), { method: 'POST', headers });
  sent.end(body);
  const [answer] = (await once(sent, 'response')) as [IncomingMessage];
  const { date: _date, ...written } = answer.headers;
  const status = `${answer.statusCode} ${answer.statusMessage}`;
  return { told: { status, headers: written, body: await text(answer) }, names: answer.rawHeaders };
}

/** The answers to one request by both ways. */
async function bothWays(body: unknown, headers: Readonly<Record<string, string>> = {}, to = app) {
  const all = { 'content-type': 'application/json', 'x-request-id': 'the-same', authorization, ...headers };
  const ask = (path: string) => post(path, typeof body === 'string' ? body : JSON.stringify(body), all, to);
  return [await ask('/graphql'), await ask('/graphql?by=yoga')];
}

const viewer = { query: '{ viewer { email workspaces { nodes { title } } } }' };

it('a plain POST is not read by Yoga, which writes the names of its headers in another way', async () => {
  const [plain, yoga] = await bothWays(viewer, { accept: 'application/json' });
  expect(plain?.names).toContain('Content-Length');
  expect(yoga?.names).toContain('content-length');
});

describe('a plain POST is answered as by Yoga', () => {
  const workspace =
    'query Named($id: ID!) { workspace(id: $id) { id title } } query Other { viewer { email } }';
  const create = 'mutation ($input: CreateProjectInput!) { createProject(input: $input) { __typename } }';
  const forbidden = { input: { workspaceId: lab.strangersWorkspaceId, title: 'Theirs' } };
  it.each<[asks: string, body: unknown, status: string, headers?: Record<string, string>]>([
    ['a query', viewer, '200 OK'],
    ['variables', { query: workspace, variables: { id: lab.workspaceId }, operationName: 'Named' }, '200 OK'],
    [
      'another operation of the document',
      { query: workspace, operationName: 'Other', variables: null },
      '200 OK',
    ],
    ['no operation of several', { query: workspace }, '400 Bad Request'],
    ['a mutation', { query: create, variables: forbidden }, '200 OK'],
    ['an introspection', { query: '{ __schema { queryType { name } } }', extensions: {} }, '200 OK'],
    ['nothing but a type name', { query: '{ __typename }' }, '200 OK'],
    ['what is not there', { query: workspace, variables: { id: 'no id' }, operationName: 'Named' }, '200 OK'],
    ['too little', { query: workspace, operationName: 'Named' }, '400 Bad Request'],
    ['unknown fields', { query: '{ viewr { email } }' }, '400 Bad Request'],
    ['what cannot be parsed', { query: '{ viewer {' }, '400 Bad Request'],
    ['far too much', { query: `{ viewer { ${'email '.repeat(20_000)} } }` }, '400 Bad Request'],
    ['a subscription', { query: 'subscription { participantGroupChanged }' }, '400 Bad Request'],
    ['a field named like one', { query: '{ viewer { subscription: email } }' }, '200 OK'],
    ['without a token', viewer, '401 Unauthorized', { authorization: '' }],
    [
      'with a token that was never made',
      viewer,
      '401 Unauthorized',
      { authorization: 'Bearer rollcall_none' },
    ],
    ['with a charset', viewer, '200 OK', { 'content-type': 'application/json; charset=utf-8' }],
    ['with a type of another kind', viewer, '415 Unsupported Media Type', { 'content-type': 'text/csv' }],
    ['from another site', viewer, '200 OK', { origin: 'https://elsewhere.example' }],
    ['no JSON', '{"query":', '400 Bad Request'],
    ['a list', [viewer], '400 Bad Request'],
    ['null', 'null', '400 Bad Request'],
    ['a text', '"viewer"', '400 Bad Request'],
    ['nothing', '', '400 Bad Request'],
    ['no query', { variables: {} }, '400 Bad Request'],
    ['a query that is a number', { query: 1 }, '400 Bad Request'],
    ['variables in a list', { ...viewer, variables: [1] }, '400 Bad Request'],
    ['extensions in a text', { ...viewer, extensions: 'a' }, '400 Bad Request'],
    ['a name that is a number', { ...viewer, operationName: 1 }, '400 Bad Request'],
    ['another parameter', { ...viewer, id: 1 }, '400 Bad Request'],
    ['another parameter, empty', { ...viewer, id: null }, '200 OK'],
  ])('to one that asks for %s', async (_asks, body, status, headers = {}) => {
    const accept = 'application/graphql-response+json';
    const [plain, yoga] = await bothWays(body, { accept, ...headers });
    expect(plain?.told).toEqual(yoga?.told);
    expect(plain?.told.status).toBe(status);
  });

  it.each([
    ['application/json', 'application/json'],
    ['APPLICATION/JSON', 'application/json'],
    ['*/*', 'application/json'],
    ['*/json', 'application/json'],
    ['text/html, application/*;q=0.1, application/graphql-response+json', 'application/json'],
    [
      'text/event-stream, application/graphql-response+json, application/json',
      'application/graphql-response+json',
    ],
    ['application/json;q=0.1, application/graphql-response+json', 'application/json'],
    [
      'application/json; charset=latin1, application/graphql-response+json',
      'application/graphql-response+json',
    ],
    ['*/graphql-response+json', 'application/graphql-response+json'],
    ['text/plain', undefined],
    ['application/json; charset=latin1', undefined],
  ])('to one that accepts %s', async (accept, told) => {
    for (const body of [viewer, { query: '{ viewr }' }]) {
      const [plain, yoga] = await bothWays(body, { accept });
      expect(plain?.told).toEqual(yoga?.told);
      if (told !== undefined)
        expect(plain?.told.headers).toMatchObject({ 'content-type': `${told}; charset=utf-8` });
    }
  });

  it.each([
    ['project', '200 OK'],
    ['api_token', '500 Internal Server Error'],
  ])('where %s cannot be read, which is logged and masked', async (table, status) => {
    await app.sql(`ALTER TABLE ${table} RENAME TO away`);
    try {
      const [plain, yoga] = await bothWays({
        query: '{ viewer { workspaces { nodes { projects { nodes { title } } } } } }',
      });
      expect(plain?.told).toEqual(yoga?.told);
      expect([plain?.told.status, plain?.told.body]).toEqual([status, expect.stringContaining('INTERNAL')]);
      expect(app.unexpected.splice(0)).toHaveLength(2);
    } finally {
      await app.sql(`ALTER TABLE away RENAME TO ${table}`);
    }
  });

  it('with what its caller has left of their points, and without any', async () => {
    const node = await startNode(
      { url: app.databaseUrl, query: app.sql },
      { rateLimits: limited({ perToken: 20 }) },
    );
    const remaining = async (body: unknown) => {
      const answers = await bothWays(body, {}, node);
      return answers.map(({ told }) => JSON.parse(told.body).extensions?.cost?.remaining);
    };
    expect(await remaining({ query: '{ viewer { email } }' })).toEqual([19, 18]);
    // Each is fined as much.
    expect(await remaining({ query: '{ viewr }' })).toEqual([undefined, undefined]);
    expect(await remaining({ query: '{ viewer { email } }' })).toEqual([7, 6]);
    await remaining({ query: '{ viewr }' });
    const [plain, yoga] = await bothWays(viewer, {}, node);
    expect(plain?.told.status).toBe('429 Too Many Requests');
    expect(plain?.told).toEqual(yoga?.told);
  });
});
