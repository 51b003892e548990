import { serverAudits } from 'graphql-http';
import { describe, expect, it } from 'vitest';
import { startServer } from './fixtures/server.ts';

describe('GraphQL over HTTP', async () => {
  const server = await startServer();
  const audits = serverAudits({ url: server.url });

  it('has 61 audits', () => {
    expect(audits).toHaveLength(61);
  });

  for (const audit of audits) {
    it(audit.name, async () => {
      expect((await audit.fn()).status).toBe('ok');
    });
  }
});
