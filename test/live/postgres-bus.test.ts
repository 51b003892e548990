import { expect, it } from 'vitest';
import { postgresBus } from '../../src/live/postgres-bus.ts';
import { startApp } from '../support/app.ts';

const app = await startApp();

/** Opens a bus that listens, and keeps what it hears. */
async function listening() {
  const heard: string[] = [];
  const bus = await new Promise<ReturnType<ReturnType<typeof postgresBus>>>((resolve) => {
    const opened = postgresBus(app.databaseUrl)({
      onMessage: (message) => heard.push(message),
      onConnected: () => resolve(opened),
      onLost: () => undefined,
    });
  });
  return { bus, heard };
}

const messages = Array.from({ length: 20 }, (_, index) => `nobody g1.${index}.1`);

it('brings messages to others in the order in which they were said, those of the last moment too', async () => {
  const [one, other] = [await listening(), await listening()];
  for (const message of messages) one.bus.publish(message);
  await one.bus.close();
  await expect.poll(() => other.heard).toEqual(messages);
  await other.bus.close();
});

it('does not wait with its end for a session that hangs', async () => {
  const { bus } = await listening();
  const [session] = await app.sql<{ pid: number }>(`SELECT pid FROM pg_stat_activity
    WHERE datname = current_database() AND application_name = 'rollcall live' ORDER BY backend_start DESC LIMIT 1`);
  if (session === undefined) throw new Error('No session listens');
  process.kill(session.pid, 'SIGSTOP');
  try {
    bus.publish('nobody g1.1.1');
    const late = new Promise((resolve) => setTimeout(resolve, 10_000, 'late'));
    expect(await Promise.race([bus.close(), late])).toBeUndefined();
  } finally {
    process.kill(session.pid, 'SIGCONT');
  }
});
