import {
  Child,
  type ClientAnswers,
  type FloorAnswers,
  type ServerAnswers,
  type Transport,
} from './fan-out-messages.ts';

const [subscribers, viewers, rounds, warmUps] = [1_000, 100, 60, 20];
const pauseMilliseconds = 150;

/** What makes an event of one kind, and what the process that sends it has burnt so far. */
interface Variant {
  readonly name: string;
  /** Answers with the moment in ms since 1970 at which there was something to send. */
  readonly send: () => Promise<number>;
  readonly cpu: () => Promise<{ milliseconds: number }>;
  /** Answers with the moment of the last delivery. */
  readonly delivered: () => Promise<number>;
  /** From the commit to the last delivery, one for each event. */
  readonly delays: number[];
  /** CPU of the sender, one for each event, in ms. */
  readonly burnt: number[];
}

const pause = () => new Promise((resolve) => setTimeout(resolve, pauseMilliseconds));

/** One event, and the pause after it. */
async function round({ send, cpu, delivered, delays, burnt }: Variant): Promise<void> {
  const before = await cpu();
  const waiting = delivered();
  const at = await send();
  delays.push((await waiting) - at);
  await pause();
  burnt.push((await cpu()).milliseconds - before.milliseconds);
}

/** Median, and the first and ninth decile. */
function summary(values: readonly number[]): string {
  return `${quantile(values, 0.5)} (${quantile(values, 0.1)}–${quantile(values, 0.9)})`;
}

function quantile(values: readonly number[], share: number): string {
  const sorted = [...values].sort((a, b) => a - b);
  return (sorted[Math.floor(share * (sorted.length - 1))] ?? 0).toFixed(1);
}

const mean = (values: readonly number[]) => values.reduce((sum, each) => sum + each, 0) / values.length;

const server = await Child.start<ServerAnswers>('fan-out-server.ts');
const floor = await Child.start<FloorAnswers>('fan-out-floor.ts');
const { url, groupIds, tokens } = await server.ask('prepare', viewers);
const floorUrl = await floor.ask('listen');

async function subscribe(transport: Transport, address: string, groupId = '') {
  const clients = await Child.start<ClientAnswers>('fan-out-clients.ts');
  await clients.ask('open', { transport, url: address, count: subscribers, tokens, groupId });
  return clients;
}
const gateway = (groupId = '') => ({
  send: () => server.ask('edit', groupId),
  cpu: () => server.ask('cpu'),
  ...{ delays: [], burnt: [] },
});

const [ofSockets = '', ofStreams = '', ofNobody = ''] = groupIds;
const sockets = await subscribe('websocket', url, ofSockets);
const streams = await subscribe('sse', url, ofStreams);
const bare = await subscribe('bare', floorUrl);
const alone: Variant = { name: '', ...gateway(ofNobody), delivered: async () => 0 };
const webSocket: Variant = {
  ...{ name: 'WebSocket', ...gateway(ofSockets) },
  delivered: () => sockets.ask('delivered'),
};
await round(webSocket);
const sample = await sockets.ask('sample');
const plain: Variant = {
  name: `bare ws, the same ${sample.length} bytes`,
  send: () => floor.ask('send', sample),
  cpu: () => floor.ask('cpu'),
  delivered: () => bare.ask('delivered'),
  ...{ delays: [], burnt: [] },
};
const events: Variant = {
  ...{ name: 'server-sent events', ...gateway(ofStreams) },
  delivered: () => streams.ask('delivered'),
};

for (let turn = -warmUps; turn < rounds; turn += 1)
  for (const variant of [webSocket, plain, events, alone]) {
    if (turn === 0) variant.delays.length = variant.burnt.length = 0;
    await round(variant);
  }

const print = (line: string) => process.stdout.write(`${line}\n`);
print(`| ${subscribers} subscribers | commit to last delivery, ms | CPU an event, ms |\n|---|---|---|`);
for (const { name, delays, burnt } of [webSocket, events, plain]) {
  const cpu = mean(burnt) - (name === plain.name ? 0 : mean(alone.burnt));
  print(`| ${name} | ${summary(delays)} | ${cpu.toFixed(1)} |`);
}
const cpuRatio = (mean(webSocket.burnt) - mean(alone.burnt)) / mean(plain.burnt);
const delayRatios = webSocket.delays.map((delay, index) => delay / (plain.delays[index] ?? 0));
print(
  `\nThe edit alone, without a subscriber: ${mean(alone.burnt).toFixed(1)} ms of CPU, taken off above.` +
    `\nWebSocket against bare ws: ${cpuRatio.toFixed(2)}× the CPU, ${summary(delayRatios)}× the time of the event sent next.`,
);
for (const child of [sockets, streams, bare, server, floor]) child.stop();
