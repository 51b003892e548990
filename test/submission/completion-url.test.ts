import { describe, expect, it } from 'vitest';
import { startApp, startNode } from '../support/app.ts';
import { mutate } from '../support/documents.ts';
import { createSurvey, follow, rowOf, startGo } from './fixtures/survey.ts';

const app = await startApp();
const survey = await createSurvey(app);

describe('the link that the API gives out', () => {
  it('leads to where the request had reached the gateway, unless there is a PUBLIC_URL', async () => {
    const go = await startGo(app, survey, 'p0');
    expect(go.completionUrl).toMatch(
      /^http:\/\/127\.0\.0\.1:\d+\/submissions\/complete\?key=[0-9a-f]{8}-[0-9a-f-]{27}$/,
    );
    expect((await fetch(`${go.completionUrl}&cc=RIGHT`)).status).toBe(200);
    expect(await rowOf(app, go)).toMatchObject({ status: 'APPROVED' });
  });

  it('leads to PUBLIC_URL where there is one, and its path is served as well as without it', async () => {
    const publicUrl = 'https://lab.example/roll%20call/v1';
    const node = await startNode({ url: app.databaseUrl, query: app.sql }, { publicUrl });
    const [stripped, kept] = [await startGo(node, survey, 'q1'), await startGo(node, survey, 'q2')];
    expect(stripped.completionUrl).toBe(`${publicUrl}/submissions/complete?key=${stripped.key}`);
    const { pathname, search } = new URL(kept.completionUrl);
    expect((await fetch(new URL(`${pathname}${search}&cc=RIGHT`, node.url))).status).toBe(200);
    expect(await rowOf(app, kept)).toMatchObject({ status: 'APPROVED' });
    expect((await follow(node, `key=${stripped.key}&cc=RIGHT`)).status).toBe(200);
    expect(await rowOf(app, stripped)).toMatchObject({ status: 'APPROVED' });
  });

  it('is for collaborators and admins alone, and not for tokens that only read', async () => {
    const { submissionId } = await startGo(app, survey, 'q3');
    const { admin, collaborator, viewer } = survey.lab;
    const created = await mutate(app, admin.token, 'createApiToken', { name: 'Reader', readOnly: true });
    const read = async (token: string) => {
      const query = 'query ($id: ID!) { node(id: $id) { ... on Submission { completionUrl } } }';
      return (await app.ask(token, query, { id: submissionId })).data.node.completionUrl;
    };
    const link = expect.stringContaining('/submissions/complete?key=');
    expect([await read(collaborator.token), await read(admin.token)]).toEqual([link, link]);
    expect([await read(viewer.token), await read(created.token)]).toEqual([null, null]);
  });
});
