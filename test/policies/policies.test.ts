import { execFile } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { afterAll, describe, expect, it } from 'vitest';
import { findMutants } from './mutants.ts';

const root = join(import.meta.dirname, '..', '..');
const copy = mkdtempSync(join(tmpdir(), 'rollcall-mutants-'));
afterAll(() => rmSync(copy, { recursive: true, force: true }));

for (const name of ['src', 'test', 'prisma', 'package.json', 'tsconfig.json', 'vitest.config.ts']) {
  cpSync(join(root, name), join(copy, name), { recursive: true });
}
symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'));

const walk = ['test/access/walk'];
/** What the walk cannot reach: races, narrowed makers, who may invite and promote, and what is repeated. */
const guards = ['test/access/', 'test/api-token/', 'test/invitation/', 'test/workspace-member/'];
const others = [
  'test/participant-group/',
  'test/study/',
  'test/submission/',
  'test/eligibility/',
  'test/filter-set/',
  'test/workspace/',
  'test/relay/cursors',
  'test/idempotency/',
  'test/audit/',
  'test/completion-code/visibility',
  'test/live/tickets',
];

interface Run {
  readonly passed: boolean;
  readonly output: string;
}

/** Runs the walk in the copy, and where it notices nothing the rest, until the first test that fails. */
async function runGuards(): Promise<Run> {
  const walked = await run(walk);
  const guarded = walked.passed ? await run(guards) : walked;
  return guarded.passed ? run(others) : guarded;
}

function run(files: readonly string[]): Promise<Run> {
  const { VITEST: _in, VITEST_WORKER_ID: _worker, VITEST_POOL_ID: _pool, ...env } = process.env;
  const args = ['node_modules/vitest/vitest.mjs', 'run', '--project', 'capabilities', '--bail', '1'];
  return new Promise((resolve) => {
    const options = { cwd: copy, env, maxBuffer: 100_000_000 };
    execFile(process.execPath, [...args, ...files], options, (error, stdout, stderr) =>
      resolve({ passed: error === null, output: stdout + stderr }),
    );
  });
}

const mutants = findMutants();

describe('the tests of access', () => {
  it('pass on the sources as they are', async () => {
    const { passed, output } = await runGuards();
    expect(passed, output).toBe(true);
  });

  it.for(mutants)('fail for $name', async ({ file, text }, { annotate }) => {
    const path = join(copy, 'src', file);
    const source = readFileSync(path, 'utf8');
    writeFileSync(path, text);
    try {
      const { passed, output } = await runGuards();
      expect(passed).toBe(false);
      // Not for a reason of its own: the sources can still be read, and tests ran.
      expect(output).toMatch(/Tests .*\d+ failed/);
      expect(output).not.toMatch(/SyntaxError|Transform failed|No test files found/);
      await annotate(stripVTControlCharacters(output).match(/FAIL .*/)?.[0] ?? '', 'noticed by');
    } finally {
      writeFileSync(path, source);
    }
  });
});
