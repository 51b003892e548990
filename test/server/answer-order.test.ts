import { expect, it } from 'vitest';
import { startApp } from '../support/app.ts';
import { createLab } from '../support/factories.ts';

const app = await startApp();
const lab = await createLab(app);

it('answers with fields in the order in which they were asked for, whatever had to be waited for', async () => {
  const query = `query ($id: ID!) {
    workspace(id: $id) { participants { totalCount nodes { id } pageInfo { hasNextPage } } id title __typename }
  }`;
  const response = await app.post(lab.admin.token, query, { id: lab.workspaceId });
  expect(await response.text()).toMatch(
    /"participants":\{"totalCount":0,"nodes":\[\],"pageInfo":\{.*\}\},"id":".*","title":"Lab","__typename"/,
  );
});
