import { createServer } from 'node:net';
import { describe, expect, it } from 'vitest';
import { readEnvironment, SettingError } from '../../src/environment.ts';
import { makeDataDirectory, Program, serverPid } from './gateway.ts';

const bad: [name: string, value: string][] = [
  ['PORT', 'abc'],
  ['PUBLIC_URL', 'lab.example'],
  ['PUBLIC_URL', 'https://lab.example/?from=mail'],
  ['CORS_ORIGINS', 'foo'],
  ['DATABASE_URL', 'mysql://127.0.0.1/x'],
  ['SEED_DEMO', 'perhaps'],
  ['BOOTSTRAP_TOKEN', 'short'],
  ['LOG_LEVEL', 'loud'],
  ['DATABASE_POOL_SIZE', '1'],
  ['ELIGIBILITY_CACHE_MB', '-1'],
  ['PARTICIPANT_CACHE_MB', 'all'],
  ['RATE_LIMIT_PER_TOKEN', '-1'],
  ['RATE_LIMIT_PER_ADDRESS', 'many'],
  ['RATE_LIMIT_ANONYMOUS', '1.5'],
  ['TRUSTED_PROXIES', '11'],
  ['REDIS_URL', 'http://127.0.0.1:6379'],
  ['REDIS_URL', 'redis://'],
];

describe('settings that cannot be', () => {
  it.each(bad)('are refused by a line that names %s', (name, value) => {
    const read = () => readEnvironment({ [name]: value });
    expect(read).toThrow(SettingError);
    expect(read).toThrow(new RegExp(`^${name} takes .+$`));
  });

  it('end the gateway with code 1 and that line', async () => {
    const program = new Program('main', { DATA_DIR: '/nonexistent', PORT: 'abc' });
    expect(await program.ended).toBe(1);
    expect(program.complained).toMatch(/^Rollcall cannot run: PORT takes .+\n$/);
    expect(program.said).toBe('');
  });

  it('end bootstrap the same way', async () => {
    const program = new Program('bootstrap', { DATA_DIR: '/nonexistent', BOOTSTRAP_TOKEN: 'short' });
    expect(await program.ended).toBe(1);
    expect(program.complained).toMatch(/^Rollcall cannot make an admin: BOOTSTRAP_TOKEN takes .+\n$/);
  });
});

describe('an address that is in use', () => {
  it('is named, and no database server stays behind', async () => {
    const holder = createServer();
    await new Promise<void>((resolve) => holder.listen(0, '127.0.0.1', resolve));
    const address = holder.address();
    const port = address instanceof Object ? address.port : 0;
    const DATA_DIR = await makeDataDirectory();
    const program = new Program('main', { DATA_DIR, PORT: String(port), LOG_LEVEL: 'warn' });
    expect(await program.ended).toBe(1);
    expect(program.complained).toMatch(
      new RegExp(`^Rollcall cannot run: .*address already in use 127\\.0\\.0\\.1:${port}\n$`),
    );
    expect(await serverPid(DATA_DIR)).toBeUndefined();
    await new Promise((resolve) => holder.close(resolve));
  });
});
