import { describe, expect, it } from 'vitest';
import { Bitmap } from '../../src/bitmap/bitmap.ts';
import { people } from '../support/factories.ts';
import { connect, countWhileMoving, editAtOnce, startNodesOfOneLab } from './fixtures/nodes.ts';

const stage = await startNodesOfOneLab();
const { nodes, lab, place, groups, studies, count, edit } = stage;
const [here, there] = nodes;
const client = await connect(here);

const arrive = (id: string) =>
  client.query(
    'INSERT INTO participant (id, workspace_key, participant_id) VALUES (gen_random_uuid(), $1, $2)',
    [place.workspaceKey, id],
  );

describe('somebody whose key is taken early and committed late', () => {
  it.each([
    ['was not counted before', false],
    ['was counted around', true],
  ])('is not missed where everybody %s', async (name, isCountedMeanwhile) => {
    const before = await count(here, studies.open);
    await client.query('BEGIN');
    await arrive(`early, ${name}`);
    await edit(there, 'addParticipantsToGroup', groups[0], [`later-${isCountedMeanwhile}`]);
    if (isCountedMeanwhile) expect(await count(here, studies.open)).toBe(before + 1);
    await client.query('COMMIT');
    for (const node of nodes) expect(await count(node, studies.open)).toBe(before + 2);
  });

  it('is not counted where they never came', async () => {
    const before = await count(here, studies.open);
    await client.query('BEGIN');
    await arrive('never');
    expect(await count(here, studies.open)).toBe(before);
    await client.query('ROLLBACK');
    expect(await count(here, studies.open)).toBe(before);
  });
});

it('counts everybody anew where the server has lost transactions and numbers others like them', async () => {
  const before = await count(here, studies.open);
  const pin = String(2 ** 40);
  // As if somebody had come whom the server knows no longer, and all others had come after it was put back.
  const keys = Bitmap.of(Int32Array.of(2 ** 30));
  here.database.bitmaps.put(`EVERYBODY ${place.workspaceKey}`, { keys, pin });
  expect(await count(here, studies.open)).toBe(before);
});

it('sees no half of what one transaction did', async () => {
  const [either, both] = [await count(here, studies.either), await count(here, studies.both)];
  expect(await countWhileMoving(stage, client, 40)).toEqual({ either: [either], both: [both] });
});

it('answers by what another server was told it has done, while both edit', async () => {
  expect(await editAtOnce(stage, 5)).toEqual([]);
});

it('counts right after most of a large group was exchanged', async () => {
  await edit(here, 'replaceGroupParticipants', groups[1], people(1_000, 6_000));
  const counts = async () => Promise.all(nodes.map((node) => count(node, studies.either)));
  const before = new Set(await counts());
  await edit(there, 'replaceGroupParticipants', groups[1], people(5_500, 7_500));
  const [one, ...others] = await counts();
  expect(before.size).toBe(1);
  expect([...before].map((each) => each - (one ?? 0))).toEqual([3_000]);
  expect(others).toEqual([one, one]);
});

it('counts nobody who is erased, nor members of a group that has come to block everywhere', async () => {
  const before = await count(here, studies.either);
  await here.sql(`UPDATE participant_group SET is_universal_blocklist = true WHERE participant_count = 2000`);
  for (const node of nodes) expect(await count(node, studies.either)).toBe(before - 2_000);
  await here.sql(`UPDATE participant_group SET is_universal_blocklist = false`);
  const query = `mutation ($input: EraseParticipantInput!) { eraseParticipant(input: $input) { __typename } }`;
  const input = { workspaceId: lab.workspaceId, participantId: 'p1' };
  await there.ask(lab.admin.token, query, { input });
  for (const node of nodes) expect(await count(node, studies.either)).toBe(before - 1);
});
