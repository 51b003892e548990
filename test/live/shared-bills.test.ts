import { afterEach, expect, it } from 'vitest';
import type { RateLimits } from '../../src/graphql/rate-limit/rate-limits.ts';
import { startApp } from '../support/app.ts';
import { createGroup, createLab } from '../support/factories.ts';
import { unlimited } from '../support/unlimited.ts';
import { overWebSocket } from './fixtures/connections.ts';
import { change, cursorAt } from './fixtures/groups.ts';
import { newViewer } from './fixtures/rights.ts';

/** Budgets without limits that cannot be had for one token, once that is said. */
const budgets = unlimited();
const outOfReach: { token: string | null } = { token: null };
const rateLimits: RateLimits = {
  ...budgets,
  charge: (caller, cost) =>
    caller.token !== null && caller.token === outOfReach.token
      ? Promise.reject(new Error('The budget is out of reach'))
      : budgets.charge(caller, cost),
};
const app = await startApp({ rateLimits });
const lab = await createLab(app);

afterEach(() => expect.poll(() => app.live.streams.size).toBe(0));

/** So dear that each event is billed by itself. */
const aliases = Array.from(
  { length: 12 },
  (_, index) => `a${index}: added(first: 100) { nodes { participantId } }`,
);
const query = `subscription ($ids: [ID!]!) { membershipChanges(participantGroupIds: $ids) { cursor change {
  version ${aliases.join(' ')} } } }`;

it('whoever cannot be billed ends with the cursor of the last event that they were told, and nobody else ends', async () => {
  const groupId = await createGroup(app, lab.admin.token, lab.workspaceId);
  const people = [await newViewer(app, lab), await newViewer(app, lab)];
  const followers = people.map(({ token }) => {
    const connection = overWebSocket(app.url, token);
    return { connection, results: connection.iterate({ query, variables: { ids: [groupId] } }) };
  });
  const next = () => Promise.all(followers.map(async ({ results }) => (await results.next()).value));
  await next();
  const told = await change(app, lab.admin.token, groupId);
  await next();
  const [row] = await app.sql<{ id: string }>('SELECT id FROM api_token WHERE user_id = $1', [
    people[0]?.userId,
  ]);
  outOfReach.token = row?.id ?? null;
  const version = await change(app, lab.admin.token, groupId);
  const [unbilled, other] = await next();
  expect(unbilled.errors).toMatchObject([{ extensions: { cursor: await cursorAt(app, groupId, told) } }]);
  expect(other.data).toMatchObject({ membershipChanges: { change: { version } } });
  expect(app.unexpected).toMatchObject([{ message: 'The budget is out of reach' }]);
  for (const { connection } of followers) connection.dispose();
});
