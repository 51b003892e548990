import { makeCases } from './cases.ts';
import type { BenchDatabase } from './database.ts';
import { openDriver } from './drive.ts';
import type { Known } from './known.ts';
import type { Size } from './load.ts';
import { targetOf } from './measure.ts';
import { profile } from './profile.ts';
import { startServer } from './servers.ts';

/** A profile of the gateway for each thing that is asked, in a process that has done nothing else. */
export async function profiles(
  database: BenchDatabase,
  known: Known,
  size: Size,
  only: RegExp,
): Promise<void> {
  for (const one of makeCases(known, size, '').filter(({ name }) => only.test(name))) {
    const server = await startServer('gateway', database.url, ['--inspect=127.0.0.1:0']);
    const driver = openDriver(new URL(server.url).origin);
    const target = targetOf({ variant: 'gateway', server, driver }, one);
    if (target === null || server.inspector === null) throw new Error('There is nothing to look at');
    process.stdout.write(`\n## ${one.name}\n${await profile(server.inspector, driver, target)}\n`);
    await driver.close();
    await server.stop();
  }
}
