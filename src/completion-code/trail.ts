import type { AuditChange } from '../audit/rules.ts';
import { shortened } from '../study-filter/text-rules.ts';
import { areSameCodes, type GivenCode } from './rules.ts';
import { textOfCodes } from './text-rules.ts';

/** What the audit log is to tell of a study's codes; nothing where they are the same as before. */
export function codeChanges(before: readonly GivenCode[], after: readonly GivenCode[]): AuditChange[] {
  if (areSameCodes(before, after)) return [];
  return [{ field: 'completionCodes', from: told(before), to: told(after) }];
}

function told(codes: readonly GivenCode[]): string | null {
  const text = textOfCodes(codes);
  return text === null ? null : shortened(text);
}
