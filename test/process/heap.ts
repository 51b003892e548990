import { once } from 'node:events';
import { WebSocket } from 'ws';
import type { Program } from './gateway.ts';

/** What a program is to be started with so that its heap can be looked at. */
export const watchedHeap = { NODE_OPTIONS: '--inspect=127.0.0.1:0' };

/** How many bytes of a program's heap are in use once its garbage is collected. */
export async function heapUsed(program: Program): Promise<number> {
  const address = /ws:\/\/127\.0\.0\.1:\S+/.exec(program.complained)?.[0] ?? '';
  const inspector = new WebSocket(address);
  await once(inspector, 'open');
  const command = async (id: number, method: string) => {
    inspector.send(JSON.stringify({ id, method }));
    for (;;) {
      const [message] = await once(inspector, 'message');
      const answer = JSON.parse(String(message));
      if (answer.id === id) return answer.result;
    }
  };
  // Twice: what has something to finalize goes with the second.
  await command(1, 'HeapProfiler.collectGarbage');
  await command(2, 'HeapProfiler.collectGarbage');
  const { usedSize } = await command(3, 'Runtime.getHeapUsage');
  inspector.close();
  return usedSize;
}
