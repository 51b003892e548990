/**
 * Generates the Prisma client without downloading anything. The CLI insists on a schema engine binary that
 * `generate` never runs, so any executable will do; this process' own is always there.
 */
import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

const require = createRequire(import.meta.url);
const manifest = require.resolve('prisma/package.json');
const cli = join(dirname(manifest), require(manifest).bin.prisma);
const { status, stdout, stderr } = spawnSync(process.execPath, [cli, 'generate', '--no-hints'], {
  cwd: join(import.meta.dirname, '..'),
  encoding: 'utf8',
  env: { ...process.env, PRISMA_SCHEMA_ENGINE_BINARY: process.execPath, CHECKPOINT_DISABLE: '1' },
});
if (status !== 0) process.stderr.write(stdout + stderr);
process.exit(status ?? 1);
