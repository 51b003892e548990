import { expect, it } from 'vitest';
import { authenticate, type StampedViewer } from '../../src/access/authenticate.ts';
import { SupposedViewers } from '../../src/access/supposed-viewers.ts';
import { startApp } from '../support/app.ts';
import { createLab, createPerson } from '../support/factories.ts';

const app = await startApp();
const { admin } = await createLab(app);

/** What an API token stands for. */
async function lookUp(token: string): Promise<StampedViewer> {
  const found = await authenticate(app.database.reader, `Bearer ${token}`);
  if (found === null) throw new Error('The token is good');
  return found;
}

/** Whether somebody is taken for who they are, who was noted with this stamp. */
async function isConfirmed(stamp: string | null): Promise<boolean | undefined> {
  const known = new SupposedViewers(app.database, () => undefined);
  const { viewer } = await lookUp(admin.token);
  known.note(`Bearer ${admin.token}`, { viewer, stamp });
  return known.suppose(`Bearer ${admin.token}`)?.confirm();
}

it('whoever has the stamp that they had is confirmed', async () => {
  expect(await isConfirmed((await lookUp(admin.token)).stamp)).toBe(true);
});

it('whoever has another stamp is not confirmed, nor supposed again', async () => {
  const { viewer, stamp } = await lookUp(admin.token);
  const known = new SupposedViewers(app.database, () => undefined);
  known.note(`Bearer ${admin.token}`, { viewer, stamp: `${stamp}1` });
  expect(await known.suppose(`Bearer ${admin.token}`)?.confirm()).toBe(false);
  expect(known.suppose(`Bearer ${admin.token}`)).toBeNull();
});

it('whoever has no API token is not supposed', async () => {
  expect(await isConfirmed(null)).toBeUndefined();
});

it('nobody is supposed by what was read from another database', async () => {
  const known = new SupposedViewers(app.database, () => undefined);
  known.note(`Bearer ${admin.token}`, await lookUp(admin.token));
  app.database.keptParticipants.forget();
  expect(known.suppose(`Bearer ${admin.token}`)).toBeNull();
});

it('two tokens of one user, two users, and a token made again have stamps of their own', async () => {
  const { tokenId } = (await lookUp(admin.token)).viewer;
  const other = await createPerson(app);
  const stamps = [await lookUp(admin.token), await lookUp(other.token)].map(({ stamp }) => stamp);
  await app.sql('UPDATE api_token SET id = gen_random_uuid() WHERE id = $1', [tokenId]);
  stamps.push((await lookUp(admin.token)).stamp);
  expect(new Set(stamps).size).toBe(3);
});

it.each([
  [
    'made',
    `INSERT INTO api_token (id, user_id, name, prefix, secret_hash) SELECT gen_random_uuid(), user_id, 'Other', '', sha256('x') FROM api_token WHERE user_id = $1 LIMIT 1`,
  ],
  [
    'given another secret',
    `UPDATE api_token SET secret_hash = sha256('y') WHERE name = 'Other' AND user_id = $1`,
  ],
])('the stamps of a user move when a token is %s', async (_what, edit) => {
  const { viewer, stamp } = await lookUp(admin.token);
  await app.sql(edit, [viewer.userId]);
  expect((await lookUp(admin.token)).stamp).not.toBe(stamp);
});

it('of those who are known, the one who has not asked for longest is forgotten', async () => {
  const [one, other] = [await createPerson(app), await createPerson(app)];
  const known = new SupposedViewers(app.database, () => undefined, 1);
  known.note(`Bearer ${one.token}`, await lookUp(one.token));
  known.note(`Bearer ${other.token}`, await lookUp(other.token));
  expect(known.suppose(`Bearer ${one.token}`)).toBeNull();
  expect(known.suppose(`Bearer ${other.token}`)?.viewer.userId).toBe(other.userId);
});
