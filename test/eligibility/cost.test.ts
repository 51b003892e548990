import { expect, it } from 'vitest';
import { startApp } from '../support/app.ts';
import { createLab, unknownId } from '../support/factories.ts';

const app = await startApp();
const { admin } = await createLab(app);

async function costOf(selection: string): Promise<number> {
  const response = await app.post(admin.token, `{ study(id: "${unknownId('Study')}") { ${selection} } }`);
  return (await response.json()).extensions.cost.query;
}

it('what looks through sets costs 200 points, and each pair 5', async () => {
  expect(await costOf('name')).toBe(1);
  expect(await costOf('eligibility(participantId: "p") { isEligible }')).toBe(7);
  const ids = JSON.stringify(Array.from({ length: 1_000 }, (_, index) => `p${index}`));
  expect(await costOf(`eligibilities(participantIds: ${ids}) { isEligible }`)).toBe(5_102);
  expect(await costOf('eligibleParticipantCount')).toBe(201);
  expect(await costOf('eligibleParticipants(first: 1) { totalCount }')).toBe(202);
});
