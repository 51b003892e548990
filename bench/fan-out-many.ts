import { Child, type ClientAnswers, type ServerAnswers, type Transport } from './fan-out-messages.ts';

const [subscribers, viewers, rounds, warmUps] = [10_000, 100, 20, 5];
const pauseMilliseconds = 500;
/** As long as two heartbeats, in ms. */
const idleMilliseconds = 24_000;

const sleep = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));
const median = (values: readonly number[]) =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
const print = (line: string) => process.stdout.write(`${line}\n`);

/** Ten thousand subscribers of one group on a gateway of their own: what they hold, and what an event costs. */
async function hold(name: string, transport: Transport): Promise<void> {
  const server = await Child.start<ServerAnswers>('fan-out-server.ts');
  const clients = await Child.start<ClientAnswers>('fan-out-clients.ts');
  const { url, groupIds, tokens } = await server.ask('prepare', viewers);
  const [groupId = '', unfollowed = ''] = groupIds;
  const burnt: number[] = [];
  const edit = async (followed: string, delivered: () => Promise<number>) => {
    const before = await server.ask('cpu');
    const waiting = delivered();
    const at = await server.ask('edit', followed);
    const delay = (await waiting) - at;
    await sleep(pauseMilliseconds);
    burnt.push((await server.ask('cpu')).milliseconds - before.milliseconds);
    return delay;
  };
  for (let round = 0; round < warmUps; round += 1) await edit(unfollowed, async () => 0);
  const before = await server.ask('collected');
  await clients.ask('open', { transport, url, count: subscribers, tokens, groupId });
  const held = await server.ask('collected');
  const resting = await server.ask('cpu');
  await sleep(idleMilliseconds);
  const idle = ((await server.ask('cpu')).milliseconds - resting.milliseconds) / idleMilliseconds;
  burnt.length = 0;
  const delays: number[] = [];
  for (let round = 0; round < rounds; round += 1)
    delays.push(await edit(groupId, () => clients.ask('delivered')));
  const each = (what: 'megabytes' | 'usedMegabytes') =>
    (((held[what] - before[what]) * 1_024) / subscribers).toFixed(1);
  print(
    `| ${name} | ${each('megabytes')} | ${each('usedMegabytes')} | ${(100 * idle).toFixed(1)} % | ${median(delays).toFixed(0)} | ${median(burnt).toFixed(0)} |`,
  );
  clients.stop();
  server.stop();
}

print(
  `| ${subscribers} subscribers | resident kB each | of them JavaScript’s | CPU while nothing happens | commit to last delivery, ms | CPU an event with its edit, ms |\n|---|---|---|---|---|---|`,
);
await hold('WebSocket', 'websocket');
await hold('server-sent events', 'sse');
