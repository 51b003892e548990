import {
  Child,
  type ClientAnswers,
  type FloorAnswers,
  type ServerAnswers,
  type Transport,
} from './fan-out-messages.ts';

const [subscribers, viewers, rounds, warmUps] = [1_000, 100, 60, 10];
const pauseMilliseconds = 150;

/** What makes one event, and what the process that sends it has burnt so far. */
interface Sender {
  /** Answers with the moment in ms since 1970 at which there was something to send. */
  readonly send: () => Promise<number>;
  readonly cpu: () => Promise<{ milliseconds: number; megabytes: number }>;
}

interface Measured {
  /** From the commit to the last delivery, one for each event. */
  readonly delays: number[];
  /** CPU of the sender for one event, in ms. */
  readonly cpu: number;
}

const pause = () => new Promise((resolve) => setTimeout(resolve, pauseMilliseconds));

async function measure({ send, cpu }: Sender, delivered: () => Promise<number>): Promise<Measured> {
  const delays: number[] = [];
  let before = await cpu();
  for (let round = -warmUps; round < rounds; round += 1) {
    if (round === 0) before = await cpu();
    const waiting = delivered();
    const at = await send();
    const delay = (await waiting) - at;
    if (round >= 0) delays.push(delay);
    await pause();
  }
  const after = await cpu();
  return { delays, cpu: (after.milliseconds - before.milliseconds) / rounds };
}

/** Median, and the first and ninth decile. */
function summary(values: readonly number[]): string {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (share: number) => (sorted[Math.floor(share * (sorted.length - 1))] ?? 0).toFixed(1);
  return `${at(0.5)} (${at(0.1)}–${at(0.9)})`;
}

const server = await Child.start<ServerAnswers>('fan-out-server.ts');
const floor = await Child.start<FloorAnswers>('fan-out-floor.ts');
const { url, groupId, tokens } = await server.ask('prepare', viewers);
const gateway: Sender = { send: () => server.ask('edit', groupId), cpu: () => server.ask('cpu') };
const report = (name: string, { delays, cpu }: Measured, idle = 0) =>
  process.stdout.write(`| ${name} | ${summary(delays)} | ${(cpu - idle).toFixed(1)} |\n`);

process.stdout.write(
  `| ${subscribers} subscribers | commit to last delivery, ms | CPU an event, ms |\n|---|---|---|\n`,
);
const alone = await measure(gateway, async () => 0);
const over = async (transport: Transport, sender: Sender, address: string) => {
  const clients = await Child.start<ClientAnswers>('fan-out-clients.ts');
  await clients.ask('open', { transport, url: address, count: subscribers, tokens, groupId });
  const measured = await measure(sender, () => clients.ask('delivered'));
  const sample = await clients.ask('sample');
  await clients.ask('close');
  clients.stop();
  return { measured, sample };
};
const socket = await over('websocket', gateway, url);
report('WebSocket', socket.measured, alone.cpu);
report('server-sent events', (await over('sse', gateway, url)).measured, alone.cpu);
const bare: Sender = { send: () => floor.ask('send', socket.sample), cpu: () => floor.ask('cpu') };
report(
  `bare ws, the same ${socket.sample.length} bytes`,
  (await over('bare', bare, await floor.ask('listen'))).measured,
);
process.stdout.write(
  `\nThe edit alone, without a subscriber: ${alone.cpu.toFixed(1)} ms of CPU, taken off above.\n`,
);
for (const child of [server, floor]) child.stop();
