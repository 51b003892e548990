import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { newTokenSecret } from '../access/rules.ts';

/** The demonstration's API token, kept in `api-token` below the data directory with mode 0600; made when there is none. */
export async function readDemoSecret(dataDirectory: string): Promise<string> {
  const file = join(dataDirectory, 'api-token');
  await mkdir(dataDirectory, { recursive: true });
  try {
    return (await readFile(file, 'utf8')).trim();
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error;
  }
  const secret = newTokenSecret();
  try {
    await writeFile(file, `${secret}\n`, { mode: 0o600, flag: 'wx' });
    return secret;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST')
      return readDemoSecret(dataDirectory);
    throw error;
  }
}
