import { getIntrospectionQuery } from 'graphql';
import { serverAudits } from 'graphql-http';
import { afterEach, describe, expect, it } from 'vitest';
import { schema } from '../../src/schema.ts';
import { startApp } from '../support/app.ts';
import { mutate } from '../support/documents.ts';
import { createGroup, createLab, people } from '../support/factories.ts';

const app = await startApp();
const lab = await createLab(app);
const { token } = lab.admin;
afterEach(() => expect(app.unexpected.splice(0)).toEqual([]));

describe('GraphQL over HTTP, by the product', () => {
  const audits = serverAudits({ url: app.url });

  it('has 61 audits', () => {
    expect(audits).toHaveLength(61);
  });

  it.each(audits.map((audit) => [audit.name, audit] as const))('%s', async (_name, audit) => {
    const result = await audit.fn();
    expect(result.status, 'reason' in result ? result.reason : '').toBe('ok');
  });
});

describe('the limits, with the schema of the product', () => {
  it('let the introspection queries of GraphiQL and of code generators through', async () => {
    for (const options of [
      {},
      {
        schemaDescription: true,
        inputValueDeprecation: true,
        oneOf: true,
        specifiedByUrl: true,
        directiveIsRepeatable: true,
      },
    ]) {
      const { data, errors } = await app.ask(null, getIntrospectionQuery(options));
      expect(errors).toBeUndefined();
      expect(data.__schema.types.length).toBeGreaterThan(50);
    }
  });

  it('refuse a hundred under a hundred under a hundred, and read nothing for it', async () => {
    const query = `query ($id: ID!) { workspace(id: $id) { projects(first: 100) { nodes {
      participantGroups(first: 100) { nodes { participants(first: 100) { nodes { participantId } } } } } } } }`;
    app.statements.splice(0);
    const { data, errors } = await app.ask(token, query, { id: lab.workspaceId });
    expect(data).toBeUndefined();
    expect(errors).toMatchObject([
      {
        message: expect.stringMatching(/at most 100000 are allowed/),
        extensions: { code: 'LIMIT_EXCEEDED', limit: 'cost' },
      },
    ]);
    expect(app.statements.filter((text) => !text.includes('FROM api_token'))).toEqual([]);
  });

  it('let a hundred under a hundred through', async () => {
    const query = `query ($id: ID!) { workspace(id: $id) { participantGroups(first: 100) { nodes {
      participants(first: 100) { edges { joinedAt node { participantId } change { note actor { name } } } } } } } }`;
    expect((await app.ask(token, query, { id: lab.workspaceId })).errors).toBeUndefined();
  });

  it('let a mutation with 10,000 ids through, the longest there are', async () => {
    const participantGroupId = await createGroup(app, token, lab.workspaceId);
    const participantIds = people(0, 10_000).map((id) => id.padStart(64, '0'));
    const answer = await mutate(app, token, 'addParticipantsToGroup', { participantGroupId, participantIds });
    expect(answer).toMatchObject({ __typename: 'AddParticipantsToGroupPayload', addedCount: 10_000 });
  });

  it('let a read with 1,000 ids through', async () => {
    const query = `query ($id: ID!, $ids: [String!]!) { workspace(id: $id) {
      participantsByIds(participantIds: $ids) { id participantGroups(first: 10) { nodes { name } } } } }`;
    const { errors } = await app.ask(token, query, { id: lab.workspaceId, ids: people(0, 1_000) });
    expect(errors).toBeUndefined();
  });
});

describe('with introspection and suggestions off', async () => {
  const closed = await startApp({ introspection: false, suggestions: false });
  const closedLab = await createLab(closed);
  const names = new Set(
    Object.values(schema.getTypeMap()).flatMap((type) => [
      type.name,
      ...('getFields' in type ? Object.keys(type.getFields()) : []),
      ...('getValues' in type ? type.getValues().map((value) => value.name) : []),
    ]),
  );

  /** Every word that is quoted in a message must be the request's own, or be in `told`. */
  async function expectNoNames(
    query: string,
    variables?: object,
    told: readonly string[] = [],
  ): Promise<void> {
    const { errors = [] } = await closed.ask(closedLab.admin.token, query, variables);
    expect(errors).not.toEqual([]);
    const asked = query + JSON.stringify(variables ?? {}) + told.join(' ');
    for (const { message } of errors) {
      const words = [...message.matchAll(/"([^"]*)"/g)].flatMap(
        ([, quoted = '']) => quoted.match(/\w+/g) ?? [],
      );
      expect(
        words.filter((word) => names.has(word) && !asked.includes(word)),
        message,
      ).toEqual([]);
      expect(message).not.toContain('Did you mean');
    }
  }

  it('introspection is refused, also deep in fragments, and tells nothing', async () => {
    for (const query of [
      getIntrospectionQuery(),
      '{ __schema { queryType { name } } }',
      '{ __type(name: "Query") { name } }',
      '{ ...A } fragment A on Query { ... { s: __schema { types { name } } } }',
    ]) {
      await expectNoNames(query, undefined, ['Query']);
    }
  });

  it('__typename and all else is answered as ever', async () => {
    const { data, errors } = await closed.ask(
      closedLab.admin.token,
      '{ __typename viewer { __typename email } }',
    );
    expect(errors).toBeUndefined();
    expect(data).toMatchObject({ __typename: 'Query', viewer: { __typename: 'Viewer' } });
  });

  it.each([
    ['a field', '{ viewr { email } }'],
    ['a field below', '{ viewer { emial } }'],
    ['an argument', '{ workspace(id: "x", idd: "x") { id } }'],
    ['a type', '{ node(id: "x") { ... on Workspaces { id } } }'],
    ['a variable’s type', 'query ($input: CreateWorkspaceInputs!) { viewer { email } }'],
    ['a directive', '{ viewer @includ(if: true) { email } }'],
    ['an input field', 'mutation { createWorkspace(input: { title: "x", titel: "x" }) { __typename } }'],
    [
      'an enum value',
      'mutation { createWorkspace(input: { title: "x", participantIdFormat: OPAQ }) { __typename } }',
    ],
    [
      'an enum value as text',
      'mutation { createWorkspace(input: { title: "x", participantIdFormat: "OPAQUE" }) { __typename } }',
    ],
    ['a selection', '{ viewer }'],
    ['a fragment', '{ ...Viewr } fragment Viewer on Query { viewer { email } }'],
  ])('%s that is wrong gets no suggestion', async (_what, query) => {
    // A message may name the type that was looked at, as it would without a mistake.
    await expectNoNames(query, undefined, ['Query', 'Viewer', 'CreateWorkspaceInput', 'ParticipantIdFormat']);
  });

  it.each([
    ['a field', { title: 'x', titel: 'x' }],
    ['an enum value', { title: 'x', participantIdFormat: 'OPAQ' }],
  ])('%s that is wrong in variables gets no suggestion', async (_what, input) => {
    const query =
      'mutation ($input: CreateWorkspaceInput!) { createWorkspace(input: $input) { __typename } }';
    await expectNoNames(query, { input }, ['ParticipantIdFormat']);
  });

  it.each([
    ['a field of an input', 'mutation { createWorkspace(input: {}) { __typename } }', undefined],
    [
      'a field of an input in variables',
      'mutation ($input: CreateWorkspaceInput!) { createWorkspace(input: $input) { __typename } }',
      { input: {} },
    ],
    ['an argument', '{ workspace { __typename } }', undefined],
    [
      'the one field of an input that takes one',
      'mutation ($input: CreateParticipantGroupInput!) { createParticipantGroup(input: $input) { __typename } }',
      { input: { name: 'x', scope: {} } },
    ],
  ])('%s that is missing is not named', async (_what, query, variables) => {
    await expectNoNames(query, variables);
  });

  it('a subscription is a malformed request, and so is a variable of a wrong type', async () => {
    for (const [query, variables] of [
      ['subscription { __typename }', undefined],
      ['query ($id: ID!) { node(id: $id) { id } }', { id: {} }],
    ] as const) {
      expect((await closed.post(closedLab.admin.token, query, variables)).status).toBe(400);
    }
  });

  it('the open server suggests', async () => {
    const { errors } = await app.ask(token, '{ viewr { email } }');
    expect(errors?.[0]?.message).toContain('Did you mean "viewer"?');
  });
});
