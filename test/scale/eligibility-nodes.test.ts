import { expect, it } from 'vitest';
import { connect, countWhileMoving, editAtOnce, startNodesOfOneLab } from '../eligibility/fixtures/nodes.ts';

const stage = await startNodesOfOneLab();
const client = await connect(stage.nodes[0]);

it('sees no half of 3,000 transactions', async () => {
  const { nodes, studies, count } = stage;
  const [either, both] = [await count(nodes[0], studies.either), await count(nodes[0], studies.both)];
  expect(await countWhileMoving(stage, client, 3_000)).toEqual({ either: [either], both: [both] });
});

it('answers by what another server was told it has done, in 500 rounds of both', async () => {
  expect(await editAtOnce(stage, 500)).toEqual([]);
});
