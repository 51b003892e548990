import { readdirSync, readFileSync } from 'node:fs';
import { cpus, loadavg } from 'node:os';

/** Linux counts CPU time in hundredths of a second, whatever the kernel's own clock. */
const ticksPerMillisecond = 0.1;

function statOf(pid: number | string): string[] {
  const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
  // The name of the program, in parentheses, may hold spaces; what follows begins with the third field.
  return text.slice(text.lastIndexOf(')') + 2).split(' ');
}

/** What a process has burnt so far, in ms of one core. */
export function cpuOf(pid: number): number {
  const stat = statOf(pid);
  return (Number(stat[11]) + Number(stat[12])) / ticksPerMillisecond;
}

/** What a PostgreSQL has burnt so far: its postmaster, whoever belongs to it, and whoever did and has ended. */
export function cpuOfPostgres(pid: number): number {
  let milliseconds = cpuOf(pid) + (Number(statOf(pid)[13]) + Number(statOf(pid)[14])) / ticksPerMillisecond;
  for (const entry of readdirSync('/proc')) {
    if (!/^\d+$/.test(entry)) continue;
    try {
      if (Number(statOf(entry)[1]) === pid) milliseconds += cpuOf(Number(entry));
    } catch {
      // It ended while we were looking.
    }
  }
  return milliseconds;
}

/** Memory that a process holds now, and the most that it ever held, in MB. */
export function memoryOf(pid: number): { readonly now: number; readonly most: number } {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  const read = (name: string) => Number(new RegExp(`${name}:\\s+(\\d+) kB`).exec(status)?.[1] ?? 0) / 1_024;
  return { now: read('VmRSS'), most: read('VmHWM') };
}

/** What it is, and what else it does: to be asked before the bench has put any load on it. */
export function describeMachine(): string {
  const [first] = cpus();
  const [lately = 0] = loadavg();
  return `${cpus().length} cores (${first?.model.trim() ?? 'unknown'}), load average ${lately.toFixed(1)} before the bench began`;
}
