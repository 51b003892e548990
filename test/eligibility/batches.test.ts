import fc from 'fast-check';
import { expect, it } from 'vitest';
import { mutate } from '../support/documents.ts';
import { people } from '../support/factories.ts';
import { startNodesOfOneLab } from './fixtures/nodes.ts';

const stage = await startNodesOfOneLab();
const { nodes, lab, groups, studies, count, edit } = stage;
const everyone = people(0, 60);

const query = `query ($ids: [ID!]!, $who: [String!]!) { nodes(ids: $ids) { ... on Study { eligibilities(participantIds: $who) {
  isEligible matchedParticipantGroups { id } reasons { rule path participantGroups { id } } } } } }`;

/** 240 pairs, on each server: with bitmaps of all groups, and without any. */
async function answers() {
  const variables = { ids: Object.values(studies), who: everyone };
  const asked = nodes.map(async (node) => {
    const { data, errors } = await node.ask(lab.viewer.token, query, variables);
    expect(errors).toBeUndefined();
    return data.nodes;
  });
  return Promise.all(asked);
}

it('answers a large batch alike with bitmaps and without, whatever was edited before', async () => {
  const anyEdit = fc.record({
    does: fc.constantFrom(
      'addParticipantsToGroup' as const,
      'removeParticipantsFromGroup' as const,
      'flag' as const,
    ),
    group: fc.nat(1),
    ids: fc.subarray(everyone, { minLength: 1 }),
    at: fc.nat(1),
  });
  let isUniversal = false;
  const property = fc.asyncProperty(fc.array(anyEdit, { minLength: 4, maxLength: 8 }), async (edits) => {
    for (const { does, group, ids, at } of edits) {
      const groupId = groups[group] ?? '';
      const node = nodes[at] ?? nodes[0];
      if (does !== 'flag') await edit(node, does, groupId, ids);
      else {
        isUniversal = !isUniversal;
        const input = { participantGroupId: groups[1], isUniversalBlocklist: isUniversal };
        await mutate(node, lab.admin.token, 'updateParticipantGroup', input);
      }
      const [here, there, without] = await answers();
      expect(here).toEqual(without);
      expect(there).toEqual(without);
    }
  });
  for (const node of nodes) await count(node, studies.either);
  await fc.assert(property, { numRuns: 4 });
}, 120_000);

it('looks nobody up one by one in a group whose bitmap is kept', async () => {
  const [here] = nodes;
  await count(here, studies.either);
  await answers();
  here.statements.length = 0;
  await answers();
  const facts = here.statements.filter((text) => text.includes('WITH studies'));
  expect(facts.map((text) => text.includes('EXCEPT SELECT key FROM held'))).toEqual([true]);
});
