import { afterAll, expect, it } from 'vitest';
import { createTestDatabase } from '../support/database.ts';
import { audience, inSeconds, startIssuer } from '../support/issuer.ts';
import { startGateway } from './gateway.ts';

const query = '{ viewer { user { name } } }';

it('a gateway that is told of an issuer signs its users in, says why it refuses and when the issuer is away', async () => {
  const issuer = await startIssuer();
  const database = await createTestDatabase('template0');
  afterAll(() => database.drop());
  const settings = { DATABASE_URL: database.url, OIDC_ISSUER: issuer.url, OIDC_AUDIENCE: audience };
  const { program, ask } = await startGateway({ ...settings, LOG_LEVEL: 'debug' });
  const token = await issuer.token('ada', { name: 'Ada' });
  await issuer.stop();
  for (let time = 0; time < 2; time++) expect((await ask(query, {}, token)).status).toBe(503);
  expect(program.complained.match(/issuer's keys cannot be had/g)).toHaveLength(1);
  await issuer.start();
  await expect
    .poll(async () => (await ask(query, {}, token)).status, { timeout: 15_000, interval: 500 })
    .toBe(200);
  expect((await (await ask(query, {}, token)).json()).data.viewer.user.name).toBe('Ada');
  const refused = await issuer.token('ada', { exp: inSeconds(-1) });
  expect((await ask(query, {}, refused)).status).toBe(401);
  await expect.poll(() => program.complained).toMatch(/token of the OpenID Connect issuer was refused/);
  for (const each of [token, refused]) expect(program.complained).not.toContain(each.split('.')[2]);
  expect(await program.end()).toBe(0);
});
