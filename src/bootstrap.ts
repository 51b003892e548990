import { createFirstAdmin } from './access/first-admin.ts';
import { newTokenSecret } from './access/rules.ts';
import { openStore } from './database/open-store.ts';
import { readEnvironment } from './environment.ts';

/** Makes the first admin of an empty database, with a workspace, and prints the token. */
async function run(): Promise<void> {
  const environment = readEnvironment(process.env);
  const secret = environment.bootstrapToken ?? newTokenSecret();
  const store = await openStore({
    ...environment,
    poolSize: environment.databasePoolSize,
    log: (message) => process.stderr.write(`${message}\n`),
    onConnectionError: (error) => process.stderr.write(`${error.message}\n`),
  });
  try {
    const made = await createFirstAdmin(store.database, environment.firstAdmin, secret);
    if (made) process.stdout.write(`API token: ${secret}\n`);
    else throw new Error('There are users already: only an empty database gets its first admin this way.');
  } finally {
    await store.close();
  }
}

try {
  await run();
} catch (error) {
  process.stderr.write(`Rollcall cannot make an admin: ${error instanceof Error ? error.message : error}\n`);
  process.exitCode = 1;
}
// Prisma's schema engine leaves a timer of 10 s behind, which would keep us up after the first migration.
process.exit();
