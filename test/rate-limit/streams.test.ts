import { expect, it } from 'vitest';
import { changesDocument } from '../live/fixtures/changes.ts';
import { change } from '../live/fixtures/groups.ts';
import { sentEvents } from '../live/fixtures/sse-client.ts';
import { startApp } from '../support/app.ts';
import { addMember, createGroup, createLab, createPerson } from '../support/factories.ts';
import { limited } from './server.ts';

it('a subscription is charged when it begins, says so in its first event, and is refused before it begins', async () => {
  const app = await startApp({ rateLimits: limited({ perToken: 5 }) });
  const { collaborator, viewer, workspaceId } = await createLab(app);
  // One edit takes all that a token has.
  const editor = await createPerson(app);
  await addMember(app, workspaceId, editor, 'COLLABORATOR');
  const groupId = await createGroup(app, editor.token, workspaceId);
  const headers = { Authorization: `Bearer ${viewer.token}` };
  const subscribe = () =>
    sentEvents(app.url, headers, { query: changesDocument, variables: { ids: [groupId] } });
  const { events } = await subscribe();
  const next = async () => {
    for (;;) {
      const { event, data = '' } = await events.next();
      if (event === 'next') return JSON.parse(data);
    }
  };
  expect((await next()).extensions).toEqual({
    cost: { query: 3, limit: 5, remaining: 2, resetsAt: expect.any(String) },
  });
  await change(app, collaborator.token, groupId);
  expect(await next()).toEqual({
    data: { membershipChanges: { cursor: expect.any(String), change: { version: 1, addedCount: 1 } } },
  });
  const { response } = await subscribe();
  expect([response.status, response.headers.get('retry-after')]).toEqual([
    429,
    expect.stringMatching(/^\d+$/),
  ]);
});
