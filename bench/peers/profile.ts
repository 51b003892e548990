import type { Driver, Target } from './drive.ts';

interface CallFrame {
  readonly functionName: string;
  readonly url: string;
  readonly lineNumber: number;
}
interface Profile {
  readonly nodes: readonly { readonly id: number; readonly callFrame: CallFrame }[];
  readonly samples: readonly number[];
  readonly timeDeltas: readonly number[];
}

const [warmUp, watched] = [15_000, 10_000];
const shown = 22;

/** Where a server's time goes while it answers one thing: the packages and the functions in which most of it is spent. */
export async function profile(inspector: string, driver: Driver, target: Target): Promise<string> {
  await driver.drive(target, 10, { milliseconds: warmUp, requests: Infinity });
  const session = await openSession(inspector);
  await session.send('Profiler.enable');
  await session.send('Profiler.setSamplingInterval', { interval: 200 });
  await session.send('Profiler.start');
  const { times } = await driver.drive(target, 10, { milliseconds: watched, requests: Infinity });
  const { profile: taken } = (await session.send('Profiler.stop')) as { profile: Profile };
  session.close();
  return summary(taken, times.length);
}

async function openSession(url: string) {
  const socket = new WebSocket(url);
  const waiting = new Map<number, (result: unknown) => void>();
  socket.addEventListener('message', ({ data }) => {
    const { id, result } = JSON.parse(String(data));
    waiting.get(id)?.(result);
  });
  await new Promise((resolve) => socket.addEventListener('open', resolve, { once: true }));
  let last = 0;
  return {
    send(method: string, params: object = {}): Promise<unknown> {
      last += 1;
      socket.send(JSON.stringify({ id: last, method, params }));
      return new Promise((resolve) => waiting.set(last, resolve));
    },
    close: () => socket.close(),
  };
}

function summary({ nodes, samples, timeDeltas }: Profile, requests: number): string {
  const frames = new Map(nodes.map(({ id, callFrame }) => [id, callFrame]));
  const packages = new Map<string, number>();
  const functions = new Map<string, number>();
  samples.forEach((id, index) => {
    const frame = frames.get(id);
    if (frame === undefined || frame.functionName === '(idle)') return;
    const home = homeOf(frame);
    const name = `${frame.functionName || '(anonymous)'} ${home}:${frame.lineNumber + 1}`;
    const milliseconds = (timeDeltas[index] ?? 0) / 1_000;
    packages.set(packageOf(home), (packages.get(packageOf(home)) ?? 0) + milliseconds);
    functions.set(name, (functions.get(name) ?? 0) + milliseconds);
  });
  const top = (spent: Map<string, number>) =>
    [...spent]
      .sort(([, a], [, b]) => b - a)
      .slice(0, shown)
      .map(([name, milliseconds]) => `${(milliseconds / requests).toFixed(3).padStart(8)}  ${name}`);
  const total = [...packages.values()].reduce((sum, milliseconds) => sum + milliseconds, 0);
  return [
    `${requests} requests; self time in ms of one request, ${(total / requests).toFixed(2)} in all`,
    ...top(packages),
    '',
    ...top(functions),
  ].join('\n');
}

const homeOf = ({ url, functionName }: CallFrame) =>
  url === '' ? functionName : url.replace(/^.*\/node_modules\//, '').replace(/^file:.*\/dist\//, 'dist/');

/** The package, or the room of the gateway. */
function packageOf(home: string): string {
  const [first, second] = home.split('/');
  const isScoped = home.startsWith('@') || first === 'dist';
  return isScoped ? `${first}/${second}` : (first ?? home);
}
