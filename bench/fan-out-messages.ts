import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

export interface Burnt {
  /** CPU of the process since it began. */
  readonly milliseconds: number;
  /** Resident memory. */
  readonly megabytes: number;
  /** What of it JavaScript uses, in its heap and beside it. */
  readonly usedMegabytes: number;
}

/** What this process has burnt. */
export function burnt(): Burnt {
  const { user, system } = process.cpuUsage();
  const { rss, heapUsed, external } = process.memoryUsage();
  const [megabytes, usedMegabytes] = [rss / 1_048_576, (heapUsed + external) / 1_048_576];
  return { milliseconds: (user + system) / 1_000, megabytes, usedMegabytes };
}

export interface ServerAnswers {
  /** Makes viewers, and three groups. */
  prepare(viewers: number): Promise<{ url: string; groupIds: string[]; tokens: string[] }>;
  /** Adds one participant; answers with the moment of the commit, in ms since 1970. */
  edit(groupId: string): Promise<number>;
  cpu(): Promise<Burnt>;
  /** The same after a collection of garbage. */
  collected(): Promise<Burnt>;
}

export interface ServerQuestion {
  readonly ask: keyof ServerAnswers;
  readonly value: unknown;
}

export interface FloorAnswers {
  /** Answers with the address. */
  listen(): Promise<string>;
  /** Sends the text to every socket; answers with the moment in ms since 1970. */
  send(text: string): Promise<number>;
  cpu(): Promise<Burnt>;
}

export type Transport = 'websocket' | 'sse' | 'bare';

export interface Subscription {
  readonly transport: Transport;
  readonly url: string;
  readonly count: number;
  readonly tokens: readonly string[];
  readonly groupId: string;
}

export interface ClientAnswers {
  /** Opens subscribers; answers when all of them are told that they are. */
  open(subscription: Subscription): Promise<void>;
  /** Waits until every subscriber has had one more event; answers with the last one's moment, in ms since 1970. */
  delivered(): Promise<number>;
  /** What one subscriber was sent last. */
  sample(): Promise<string>;
  close(): Promise<void>;
}

type Answers = ServerAnswers | FloorAnswers | ClientAnswers;

/** A child process that answers one question at a time. */
export class Child<Asked extends Answers> {
  readonly #process: ChildProcess;

  private constructor(child: ChildProcess) {
    this.#process = child;
  }

  static async start<Asked extends Answers>(file: string): Promise<Child<Asked>> {
    const child = fork(join(import.meta.dirname, file), {
      execArgv: ['--expose-gc', '--import', 'tsx'],
    });
    await once(child, 'message');
    return new Child<Asked>(child);
  }

  async ask<Name extends keyof Asked>(
    name: Name,
    value: unknown = undefined,
  ): Promise<Asked[Name] extends (...given: never[]) => Promise<infer Answer> ? Answer : never> {
    this.#process.send({ ask: name, value });
    const [answer] = await once(this.#process, 'message');
    return answer;
  }

  stop(): void {
    this.#process.disconnect();
  }
}
