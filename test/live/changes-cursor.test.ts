import { afterEach, describe, expect, it } from 'vitest';
import { decodeGlobalId } from '../../src/global-id.ts';
import { readChangesCursor, writeChangesCursor } from '../../src/membership/cursor-rules.ts';
import { startApp } from '../support/app.ts';
import { createGroup, createLab } from '../support/factories.ts';
import { unlimited } from '../support/unlimited.ts';
import { change, changeOften, cursorOf, groupWithChanges, numbers } from './fixtures/groups.ts';
import { follow, followFromNow } from './fixtures/subscriber.ts';

const app = await startApp({ rateLimits: unlimited() });
const lab = await createLab(app);
const { token } = lab.admin;
const { workspaceId } = lab;

afterEach(async () => {
  expect(app.unexpected.splice(0)).toEqual([]);
  await expect.poll(() => app.live.streams.size).toBe(0);
});

/** What a subscription from this cursor on is refused with. */
async function refusalOf(groupIds: string[], after: string, of = { app, token }) {
  const { extensions } = await follow(of.app, of.token, groupIds, { after }).failure();
  return extensions;
}

const because = (reason: string) => ({ code: 'INVALID_INPUT', argument: 'after', reason });

/** Takes a group back to an earlier version, as restoring a backup does. */
async function restoreBackup(groupId: string, version: number): Promise<void> {
  const ofGroup = '(SELECT key FROM participant_group WHERE id = $1)';
  const values = [decodeGlobalId(groupId)?.key, version];
  await app.sql(`DELETE FROM membership WHERE group_key = ${ofGroup} AND joined_version > $2`, values);
  await app.sql(`DELETE FROM membership_change WHERE group_key = ${ofGroup} AND version > $2`, values);
  await app.sql(
    `UPDATE participant_group SET version = $2, participant_count = $2, last_change_at =
       (SELECT occurred_at FROM membership_change WHERE group_key = key AND membership_change.version = $2)
     WHERE id = $1`,
    values,
  );
}

describe('the changesCursor of a group', () => {
  it('goes on from the members as they were read beside it', async () => {
    const groupId = await groupWithChanges(app, token, workspaceId, 3);
    const query = `query ($id: ID!) { participantGroup(id: $id) {
      version changesCursor participants(first: 100) { totalCount } } }`;
    const { data } = await app.ask(token, query, { id: groupId });
    await changeOften(app, token, groupId, 2);
    const { version, changesCursor, participants } = data.participantGroup;
    expect(participants.totalCount).toBe(3);
    const subscriber = follow(app, token, [groupId], { after: changesCursor });
    await subscriber.next();
    expect(await subscriber.versions(2)).toEqual(numbers(version + 1, version + 2));
    const members = `query ($id: ID!, $version: Int) { participantGroup(id: $id) {
      changesCursor participants(first: 100, asOfVersion: $version) { totalCount } } }`;
    const then = await app.ask(token, members, { id: groupId, version });
    expect(then.data.participantGroup.participants.totalCount).toBe(3);
    // Whatever version is read, the cursor is where the log ends.
    expect(then.data.participantGroup.changesCursor).toBe(await cursorOf(app, token, groupId));
    await subscriber.end();
  });

  it('is joined to those of other groups by dots, also to that of a subscription', async () => {
    const [one, two, three] = [
      await groupWithChanges(app, token, workspaceId, 1),
      await groupWithChanges(app, token, workspaceId, 2),
      await groupWithChanges(app, token, workspaceId, 0),
    ];
    const { subscriber, cursor } = await followFromNow(app, token, [one, two]);
    await subscriber.end();
    const after = `${cursor}.${await cursorOf(app, token, three)}`;
    for (const groupId of [one, two, three]) await change(app, token, groupId);
    const joined = follow(app, token, [three, one, two], { after });
    const [checkpoint, ...told] = await joined.take(4);
    expect(checkpoint?.change).toBeNull();
    const places = told.map((event) => [event.change?.participantGroup.id, event.change?.version]);
    expect(new Map(places as [string, number][])).toEqual(
      new Map([
        [one, 2],
        [two, 3],
        [three, 1],
      ]),
    );
    await joined.end();
  });

  it('goes on from the earlier of two places in one group', async () => {
    const groupId = await groupWithChanges(app, token, workspaceId, 1);
    const early = await cursorOf(app, token, groupId);
    await change(app, token, groupId);
    const late = await cursorOf(app, token, groupId);
    for (const after of [`${early}.${late}`, `${late}.${early}`]) {
      const subscriber = follow(app, token, [groupId], { after });
      await subscriber.next();
      expect(await subscriber.versions(1)).toEqual([2]);
      await subscriber.end();
    }
  });

  it('may cover more groups than are followed', async () => {
    const groupIds = [
      await groupWithChanges(app, token, workspaceId, 1),
      await groupWithChanges(app, token, workspaceId, 1),
    ];
    const { subscriber, cursor } = await followFromNow(app, token, groupIds);
    await subscriber.end();
    const narrower = follow(app, token, groupIds.slice(1), { after: cursor });
    await narrower.next();
    await change(app, token, groupIds[1] ?? '');
    expect(await narrower.versions(1)).toEqual([2]);
    await narrower.end();
  });
});

describe('a cursor that is no place in the log', () => {
  it('is refused where it is no cursor at all', async () => {
    const groupId = await groupWithChanges(app, token, workspaceId, 1);
    const cursor = await cursorOf(app, token, groupId);
    for (const after of ['', 'garbage', `${cursor}.`, `.${cursor}`, `${cursor}=`, cursor.slice(0, -1), '💥'])
      expect(await refusalOf([groupId], after)).toEqual(because('MALFORMED'));
  });

  it('is refused where it is of other groups', async () => {
    const [groupId, other] = [
      await groupWithChanges(app, token, workspaceId, 1),
      await groupWithChanges(app, token, workspaceId, 1),
    ];
    const after = await cursorOf(app, token, other);
    expect(await refusalOf([groupId], after)).toEqual(because('OTHER_GROUPS'));
    expect(await refusalOf([groupId, other], after)).toEqual(because('OTHER_GROUPS'));
  });

  it('is refused where it is ahead of the log, as after a backup was restored', async () => {
    const groupId = await groupWithChanges(app, token, workspaceId, 3);
    const after = await cursorOf(app, token, groupId);
    await restoreBackup(groupId, 2);
    expect(await refusalOf([groupId], after)).toEqual(because('AHEAD_OF_LOG'));
  });

  it('is refused where a backup was restored and gone on from, to the same version at another moment', async () => {
    const groupId = await groupWithChanges(app, token, workspaceId, 2);
    const before = await cursorOf(app, token, groupId);
    await change(app, token, groupId);
    const after = await cursorOf(app, token, groupId);
    await restoreBackup(groupId, 2);
    await changeOften(app, token, groupId, 2);
    expect(await refusalOf([groupId], after)).toEqual(because('OTHER_DATABASE'));
    const subscriber = follow(app, token, [groupId], { after: before });
    await subscriber.next();
    expect(await subscriber.versions(2)).toEqual([3, 4]);
    await subscriber.end();
  });

  it('is refused where it is of a group of another database, under the same key', async () => {
    const elsewhere = await startApp({ rateLimits: unlimited() });
    const itsLab = await createLab(elsewhere);
    const its = { app: elsewhere, token: itsLab.admin.token };
    const itsGroup = await groupWithChanges(elsewhere, its.token, itsLab.workspaceId, 1);
    const [place] = readChangesCursor(await cursorOf(elsewhere, its.token, itsGroup))?.values() ?? [];
    const groupId = await groupWithChanges(app, token, workspaceId, 1);
    const [own] = readChangesCursor(await cursorOf(app, token, groupId))?.values() ?? [];
    if (place === undefined || own === undefined) throw new Error('Neither cursor can be read');
    const foreign = writeChangesCursor([{ ...place, groupKey: own.groupKey }]);
    expect(await refusalOf([groupId], foreign)).toEqual(because('OTHER_DATABASE'));
    expect(
      await refusalOf([itsGroup], writeChangesCursor([{ ...own, groupKey: place.groupKey }]), its),
    ).toEqual(because('OTHER_DATABASE'));
  });

  it('is refused where it is of another group before its first change', async () => {
    const [groupId, other] = [
      await createGroup(app, token, workspaceId),
      await createGroup(app, token, workspaceId),
    ];
    const [own] = readChangesCursor(await cursorOf(app, token, groupId))?.values() ?? [];
    const [others] = readChangesCursor(await cursorOf(app, token, other))?.values() ?? [];
    if (own === undefined || others === undefined) throw new Error('Neither cursor can be read');
    const after = writeChangesCursor([{ ...others, groupKey: own.groupKey }]);
    expect(await refusalOf([groupId], after)).toEqual(because('OTHER_DATABASE'));
  });
});
