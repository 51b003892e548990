import { Pool } from 'undici';

/** One way to have something answered: where, and with which body for the n-th time. */
export interface Target {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: (n: number) => string;
}

export interface Driven {
  /** Of each request, in ms. */
  readonly times: readonly number[];
  /** Requests per second, the time taken off in which a connection made up what to ask. */
  readonly rate: number;
}

export interface Driver {
  ask(target: Target, body: string): Promise<unknown>;
  /** Asks for so long, or so often: each connection sends its next request when it has the whole answer to the last. */
  drive(
    target: Target,
    connections: number,
    until: { milliseconds: number; requests: number },
  ): Promise<Driven>;
  close(): Promise<void>;
}

/** Sends requests to one server over connections that are kept. */
export function openDriver(origin: string): Driver {
  const pool = new Pool(origin, {
    connections: 10,
    pipelining: 1,
    headersTimeout: 120_000,
    bodyTimeout: 120_000,
  });
  let next = 0;
  const send = async ({ url, headers }: Target, body: string) => {
    const { statusCode, body: answer } = await pool.request({
      method: 'POST',
      path: new URL(url).pathname,
      headers: { 'content-type': 'application/json', accept: 'application/json', ...headers },
      body,
    });
    const said = Buffer.from(await answer.arrayBuffer());
    if (statusCode !== 200 || said.includes('"errors"') || said.includes('"message"'))
      throw new Error(`${url} answered ${statusCode}: ${said.toString().slice(0, 1_000)}`);
    return said;
  };
  return {
    async ask(target, body) {
      const { data } = JSON.parse((await send(target, body)).toString());
      return data;
    },
    async drive(target, connections, { milliseconds, requests }) {
      const times: number[] = [];
      const began = performance.now();
      let left = requests;
      const one = async () => {
        while (left > 0 && performance.now() - began < milliseconds) {
          left -= 1;
          const body = target.body(next++);
          const sent = performance.now();
          await send(target, body);
          times.push(performance.now() - sent);
        }
      };
      await Promise.all(Array.from({ length: connections }, one));
      const busy = times.reduce((sum, time) => sum + time, 0) / connections;
      return { times, rate: (1_000 * times.length) / busy };
    },
    close: () => pool.close(),
  };
}
