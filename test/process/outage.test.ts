import { expect, it } from 'vitest';
import { startApp } from '../support/app.ts';
import { createLab } from '../support/factories.ts';
import { startGateway } from './gateway.ts';

const app = await startApp();
const { admin } = await createLab(app);
const stormMilliseconds = 3_000;
const mutation = `mutation { createSubscriptionTicket { ... on CreateSubscriptionTicketPayload { ticket } } }`;
const terminate = `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
  WHERE pid <> pg_backend_pid() AND datname = current_database() AND application_name <> 'rollcall live'`;

it('outlives every session of its database being ended at any moment, again and again', async () => {
  const gateway = await startGateway({ DATABASE_URL: app.databaseUrl, LOG_LEVEL: 'fatal' });
  const until = Date.now() + stormMilliseconds;
  const ask = async () => {
    while (Date.now() < until) await gateway.ask(mutation, {}, admin.token);
  };
  const end = async () => {
    while (Date.now() < until) await app.sql(terminate).catch(() => undefined);
  };
  await Promise.all([end(), ...Array.from({ length: 10 }, ask)]);
  const answer = async () => (await gateway.ask('{ viewer { email } }', {}, admin.token)).status;
  await expect.poll(answer).toBe(200);
  expect(await gateway.program.end(), gateway.program.complained).toBe(0);
});
