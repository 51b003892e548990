import { GraphQLObjectType, GraphQLSchema, GraphQLString, parse } from 'graphql';
import { describe, expect, it } from 'vitest';
import type { Viewer } from '../../src/access/viewer.ts';
import { KeyedQueue } from '../../src/database/queue.ts';
import { type Context, createContext } from '../../src/graphql/context.ts';
import { answerOnce } from '../../src/graphql/fan-out/common-view.ts';
import { startApp } from '../support/app.ts';

const app = await startApp();

const viewer: Viewer = {
  userId: '019a0000-0000-7000-8000-000000000001',
  tokenId: '019a0000-0000-7000-8000-000000000002',
  email: 'somebody@lab.example',
  isReadOnly: true,
  expiresAt: new Date(),
  narrowedTo: 7,
  roles: new Map([
    [7, 'ADMIN'],
    [8, 'VIEWER'],
    [9, 'ADMIN'],
  ]),
};

/** What is told to all of an event whose one field answers with what it finds in its context. */
function answer(read: (context: Context) => unknown, isRequired = false) {
  const field = {
    type: GraphQLString,
    resolve: (_root: unknown, _args: unknown, context: Context) => {
      try {
        return JSON.stringify(read(context));
      } catch (error) {
        if (isRequired) throw error;
        return 'Not known';
      }
    },
  };
  const schema = new GraphQLSchema({
    query: new GraphQLObjectType({ name: 'Query', fields: { field } }),
    subscription: new GraphQLObjectType({ name: 'Subscription', fields: { field } }),
  });
  const context = createContext({ database: app.database, queue: new KeyedQueue() }, viewer, {
    ...{ hasToken: true, publicUrl: 'https://a.example', live: app.live, lastEventId: null },
    gone: new AbortController().signal,
  });
  const args = { schema, document: parse('subscription { field }'), contextValue: context };
  return answerOnce({ args, context, viewer }, { root: null }, [7, 8], new AbortController().signal);
}

describe('an event that is executed for many', () => {
  it.each<[string, (context: Context) => unknown]>([
    ['the user', ({ viewer }) => viewer?.userId],
    ['the caller', ({ caller }) => caller?.userId],
    ['the token', ({ viewer }) => viewer?.tokenId],
    ['the address', ({ viewer }) => viewer?.email],
    ['when the token ends', ({ viewer }) => viewer?.expiresAt],
    ['where the token acts', ({ viewer }) => viewer?.narrowedTo],
    ['the whole viewer', ({ viewer }) => ({ ...viewer })],
    ['the viewer as a text', ({ viewer }) => viewer],
    ['the user whose reads they are', ({ scope }) => scope.userId],
    ['where the reads may look', ({ scope }) => scope.narrowedTo],
    ['whether there was a token', ({ hasToken }) => hasToken],
    ['where it began', ({ lastEventId }) => lastEventId],
    ['who hangs up', ({ gone }) => gone.aborted],
    ['where events go', ({ sink }) => sink],
    ['what they cost', ({ toll }) => toll],
    ['the whole context', (context) => Object.keys({ ...context })],
  ])('is nobody’s answer where %s was asked for, though nothing failed', async (_what, read) => {
    expect(await answer(read)).toBe('personal');
    expect(await answer(read, true)).toBe('personal');
  });

  it('is nobody’s answer where it failed', async () => {
    const fail = () => {
      throw new Error('Not now');
    };
    expect(await answer(fail, true)).toBe('failed');
  });

  it.each<[string, (context: Context) => unknown, unknown]>([
    [
      'roles in its workspaces',
      ({ viewer }) => [...(viewer?.roles ?? [])],
      [
        [7, 'ADMIN'],
        [8, 'VIEWER'],
      ],
    ],
    ['whether the token reads alone', ({ viewer }) => viewer?.isReadOnly, true],
    ['its workspaces', ({ scope }) => scope.workspaceKeys, [7, 8]],
    ['those that one is an admin of', ({ scope }) => scope.adminWorkspaceKeys, [7]],
    ['the address of links', ({ publicUrl }) => publicUrl, 'https://a.example'],
  ])('knows %s, and of no other workspace', async (_what, read, known) => {
    expect(await answer(read)).toEqual(
      expect.objectContaining({ json: JSON.stringify({ data: { field: JSON.stringify(known) } }) }),
    );
  });
});
