import { afterAll, describe, expect, it } from 'vitest';
import type { Reader } from '../../src/database/reader.ts';
import { ChangeFeed } from '../../src/membership/change-feed.ts';
import { startApp } from '../support/app.ts';
import { createGroup, createLab } from '../support/factories.ts';
import { keyOf } from '../support/studies.ts';
import { change } from './fixtures/groups.ts';

const app = await startApp();
const lab = await createLab(app);
const { token } = lab.admin;

/** Reads as ever, and holds back what was read until told. */
function holdingBack() {
  const answers: (() => void)[] = [];
  const reader: Reader = {
    composed: app.database.reader.composed,
    async rows<Row>(statement: Parameters<Reader['rows']>[0]) {
      const rows = await app.database.reader.rows<Row>(statement);
      await new Promise<void>((resolve) => answers.push(resolve));
      return rows;
    },
  };
  return { reader, answers };
}

async function emptyFeed() {
  const groupId = await createGroup(app, token, lab.workspaceId);
  const { reader, answers } = holdingBack();
  const feed = new ChangeFeed(reader, await keyOf(app, 'participant_group', groupId), 0);
  let wakes = 0;
  const end = feed.listen(() => {
    wakes += 1;
  });
  afterAll(end);
  const letGo = async () => {
    await expect.poll(() => answers.length).toBeGreaterThan(0);
    answers.shift()?.();
  };
  const read = async (version: number) => {
    const reading = feed.after(version);
    await letGo();
    return (await reading).map((each) => each.version);
  };
  return { groupId, feed, answers, letGo, read, wakes: () => wakes };
}

describe('the feed of a group', () => {
  it('does not miss a commit that is told while a wake-up from far ahead is looked into', async () => {
    const { groupId, feed, answers, letGo, read, wakes } = await emptyFeed();
    feed.hear(1_000_000);
    const looking = feed.after(0);
    await expect.poll(() => answers.length).toBe(1);
    feed.hear(await change(app, token, groupId));
    await letGo();
    expect(await looking).toEqual([]);
    expect(wakes()).toBe(2);
    expect(await read(0)).toEqual([1]);
  });

  it('does not miss a commit that is told while the one before is read', async () => {
    const { groupId, feed, answers, letGo, read } = await emptyFeed();
    feed.hear(await change(app, token, groupId));
    const looking = feed.after(0);
    await expect.poll(() => answers.length).toBe(1);
    feed.hear(await change(app, token, groupId));
    await letGo();
    expect((await looking).map(({ version }) => version)).toEqual([1]);
    expect(await read(1)).toEqual([2]);
  });

  it('reads nothing more once it has found that a wake-up was wrong', async () => {
    const { feed, read, answers } = await emptyFeed();
    feed.hear(1_000_000);
    expect(await read(0)).toEqual([]);
    expect(await feed.after(0)).toEqual([]);
    expect(answers).toEqual([]);
  });

  it('reads once for all who are in the same place, and then from what it has kept', async () => {
    const { groupId, feed, letGo, answers } = await emptyFeed();
    feed.hear(await change(app, token, groupId));
    const readings = Promise.all([feed.after(0), feed.after(0), feed.after(0)]);
    await letGo();
    const versions = (await readings).map((changes) => changes.map(({ version }) => version));
    expect(versions).toEqual([[1], [1], [1]]);
    expect(await feed.after(0)).toHaveLength(1);
    expect(answers).toEqual([]);
  });
});
