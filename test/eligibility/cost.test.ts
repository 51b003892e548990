import { expect, it } from 'vitest';
import { startApp } from '../support/app.ts';
import { createLab, unknownId } from '../support/factories.ts';

const app = await startApp();
const { admin } = await createLab(app);

async function costOf(selection: string): Promise<number> {
  const response = await app.post(admin.token, `{ study(id: "${unknownId('Study')}") { ${selection} } }`);
  return (await response.json()).extensions.cost.query;
}

it('what looks through sets costs 200 points, and what looks at one participant what its answer holds', async () => {
  expect(await costOf('name')).toBe(1);
  expect(await costOf('eligibility(participantId: "p") { isEligible }')).toBe(2);
  expect(await costOf('eligibleParticipantCount')).toBe(201);
  expect(await costOf('eligibleParticipants(first: 1) { totalCount }')).toBe(202);
});
