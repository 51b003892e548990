import { createClient } from 'graphql-http';
import { describe, expect, it } from 'vitest';
import { answerOf, startServer } from './fixtures/server.ts';

describe('a server with limits', async () => {
  const server = await startServer({ limits: { maxTokens: 4_000, maxCost: 100 } });
  const fields = (tokens: number) => `{${'hello '.repeat(tokens - 2)}}`;

  it('allows 4,000 tokens, and not 4,001', async () => {
    const allowed = await server.ask(fields(4_000));
    expect(allowed.errors?.map((error) => error.extensions?.limit)).toEqual(['fields']);
    const { errors } = await server.ask(fields(4_001));
    expect(errors).toMatchObject([
      {
        message: 'The query has more than 4000 tokens; at most 4000 are allowed.',
        extensions: { code: 'LIMIT_EXCEEDED', limit: 'tokens' },
      },
    ]);
  });

  it('refuses a document that would exhaust the parser’s stack, and doesn’t take it for a bug', async () => {
    const { errors } = await server.ask(`{ hello(list: ${'['.repeat(3_900)}`);
    expect(errors).toMatchObject([{ extensions: { code: 'LIMIT_EXCEEDED', limit: 'depth' } }]);
    expect(server.logged).toEqual([]);
  });

  it('says which limit, what was found and what is allowed', async () => {
    const { errors } = await server.ask('{ groups(first: 101) { nodes { name } } }');
    expect(errors).toEqual([
      {
        message: 'The query may cost 102 points; at most 100 are allowed.',
        extensions: { code: 'LIMIT_EXCEEDED', limit: 'cost' },
      },
    ]);
  });

  it('allows an operation that costs the limit exactly', async () => {
    expect((await server.ask('{ groups(first: 99) { nodes { name } } }')).errors).toBeUndefined();
  });

  it('counts what variables ask for', async () => {
    const query = 'query ($first: Int) { groups(first: $first) { nodes { name } } }';
    expect((await server.ask(query, { first: 99 })).errors).toBeUndefined();
    expect((await server.ask(query, { first: 100 })).errors).toMatchObject([
      { extensions: { limit: 'cost' } },
    ]);
  });

  it('refuses subscriptions that cost too much', async () => {
    const { errors } = await server.ask('subscription { ticks { people(first: 100) { nodes { id } } } }');
    expect(errors).toMatchObject([{ extensions: { limit: 'cost' } }]);
  });

  it('allows variables 40 lists and objects deep, and not 41', async () => {
    const query = 'mutation ($input: AddInput!) { add(input: $input) { id } }';
    const filters = (levels: number): unknown => (levels === 0 ? [] : [{ all: filters(levels - 1) }]);
    const input = (levels: number) => ({ participantIds: [], filters: filters(levels) });
    expect((await server.ask(query, { input: input(19) })).errors).toBeUndefined();
    const { errors } = await server.ask(query, { input: input(20) });
    expect(errors).toMatchObject([{ extensions: { limit: 'depth' } }]);
  });

  it('refuses variables that would exhaust the stack', async () => {
    const deep = `{"query": "query ($l: [Int]) { hello(list: $l) }", "variables": {"l": ${'['.repeat(100_000)}${']'.repeat(100_000)}}}`;
    const headers = { 'Content-Type': 'application/json' };
    const answer = await answerOf(await fetch(server.url, { method: 'POST', headers, body: deep }));
    expect(answer.errors).toMatchObject([{ extensions: { limit: 'depth' } }]);
  });

  const overLimit = {
    tokens: fields(5_000),
    depth: `${'{ group '.repeat(20)}{ id }${' }'.repeat(20)}`,
    cost: '{ groups(first: 1000) { nodes { name } } }',
  };
  for (const [limit, query] of Object.entries(overLimit)) {
    it(`answers 400 to application/graphql-response+json and 200 to application/json when ${limit} is exceeded`, async () => {
      const modern = await server.post(query);
      const legacy = await server.post(query, undefined, { Accept: 'application/json' });
      expect([modern.status, legacy.status]).toEqual([400, 200]);
      expect((await answerOf(legacy)).errors).toMatchObject([{ extensions: { limit } }]);
    });
  }

  it('answers the same the second time, from its caches', async () => {
    const query = '{ a: hello } # cached';
    expect(await server.ask(query)).toEqual(await server.ask(query));
    expect((await server.ask(overLimit.depth)).errors).toEqual((await server.ask(overLimit.depth)).errors);
  });

  it('sends a refusal over SSE as the stream’s only event', async () => {
    const response = await server.post(overLimit.cost, undefined, { Accept: 'text/event-stream' });
    expect(await response.text()).toContain('"limit":"cost"');
  });

  it('serves an ordinary client', async () => {
    const client = createClient({ url: server.url });
    const result = await new Promise((resolve, reject) => {
      client.subscribe({ query: '{ hello }' }, { next: resolve, error: reject, complete: () => {} });
    });
    expect(result).toEqual({ data: { hello: 'world' } });
  });
});
