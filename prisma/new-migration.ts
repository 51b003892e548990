/**
 * Writes the migration from the committed schema.prisma to the one in the working tree: `npm run migration -- NAME`.
 * What Prisma cannot say is added to it by hand, and to the list in test/database/migrations.test.ts.
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { printSchemaDifference } from '../src/database/schema-engine.ts';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const schemaPath = 'prisma/schema.prisma';

function git(...words: string[]): string {
  return execFileSync('git', words, { cwd: root, encoding: 'utf8' });
}

function committedSchema(): string | null {
  const committed = git('ls-tree', '--name-only', 'HEAD', schemaPath).trim() !== '';
  return committed ? git('show', `HEAD:./${schemaPath}`) : null;
}

async function main(): Promise<string> {
  const name = process.argv[2] ?? '';
  if (!/^[a-z][a-z0-9_]*$/.test(name)) return 'Usage: npm run migration -- name_in_small_letters';
  // Compared with the last commit, the next migration would repeat what an uncommitted one says.
  const uncommitted = git('status', '--porcelain', '--', 'prisma/migrations').trim();
  if (uncommitted) return `Commit these first, or take them away:\n${uncommitted}`;
  const sql = await printSchemaDifference(committedSchema(), readFileSync(join(root, schemaPath), 'utf8'));
  const stamp = new Date().toISOString().replace(/\D/g, '').slice(0, 14);
  const directory = join(root, 'prisma', 'migrations', `${stamp}_${name}`);
  mkdirSync(directory);
  writeFileSync(join(directory, 'migration.sql'), sql);
  process.stdout.write(`${join(directory, 'migration.sql')}\n`);
  return '';
}

const complaint = await main();
if (complaint) {
  process.stderr.write(`${complaint}\n`);
  process.exitCode = 1;
}
