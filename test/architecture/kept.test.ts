import { join } from 'node:path';
import { expect, it } from 'vitest';
import { readSources } from './fixtures/sources.ts';

const sources = readSources(join(import.meta.dirname, '../../src'));

// The demonstration makes its people older before anybody is answered.
it('participants, who are kept in memory, are updated by an erasure alone', () => {
  const edits =
    /\b(UPDATE|DELETE FROM|TRUNCATE)\s+(ONLY\s+)?"?participant\b|\bparticipant\.(update|upsert|delete)|INTO "?participant"?[^`]*DO UPDATE/gi;
  const found = sources.flatMap(({ path, text }) => (text.match(edits) ?? []).map(() => path));
  expect(found).toEqual(['demo/seed.ts', 'erasure/service.ts']);
});
