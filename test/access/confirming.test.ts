import { expect, it } from 'vitest';
import { authenticate } from '../../src/access/authenticate.ts';
import { SupposedViewers } from '../../src/access/supposed-viewers.ts';
import type { Viewer } from '../../src/access/viewer.ts';
import { startApp } from '../support/app.ts';
import { createLab, createPerson, type Person } from '../support/factories.ts';

const app = await startApp();
const { admin } = await createLab(app);

/** Whether somebody is taken for who they are, of whom something else was noted. */
async function isConfirmed(otherwise: Partial<Viewer>): Promise<boolean | undefined> {
  const authorization = `Bearer ${admin.token}`;
  const viewer = await authenticate(app.database.reader, authorization);
  const known = new SupposedViewers(app.database.reader, () => undefined);
  known.note(authorization, viewer && { ...viewer, ...otherwise });
  return known.suppose(authorization)?.confirm();
}

it.each([
  { userId: '00000000-0000-7000-8000-000000000000' },
  { tokenId: '00000000-0000-7000-8000-000000000000' },
  { email: 'other@lab.example' },
  { isReadOnly: true },
  { narrowedTo: 1 },
  { expiresAt: new Date() },
  { roles: new Map() },
])('whoever was otherwise when they were looked up last is not confirmed: %o', async (otherwise) => {
  expect(await isConfirmed(otherwise)).toBe(false);
});

it('whoever is as they were is confirmed', async () => {
  expect(await isConfirmed({})).toBe(true);
});

it('of those who are known, the one who has not asked for longest is forgotten', async () => {
  const [one, other] = [await createPerson(app), await createPerson(app)];
  const known = new SupposedViewers(app.database.reader, () => undefined, 1);
  const viewerOf = ({ userId }: Person) => ({
    ...{ userId, tokenId: userId, email: '', isReadOnly: false, expiresAt: null, narrowedTo: null },
    roles: new Map(),
  });
  known.note(`Bearer ${one.token}`, viewerOf(one));
  known.note(`Bearer ${other.token}`, viewerOf(other));
  expect(known.suppose(`Bearer ${one.token}`)).toBeNull();
  expect(known.suppose(`Bearer ${other.token}`)?.viewer.userId).toBe(other.userId);
});
