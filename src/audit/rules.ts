/** One field of what an audit entry is about: its value before and after, as text; null for none. */
export interface AuditChange {
  readonly field: string;
  readonly from: string | null;
  readonly to: string | null;
}

export type AuditValue = string | number | boolean | null;

/** The fields whose values differ; `before` is empty for what was made, `after` for what is gone. */
export function changesBetween(
  before: Readonly<Record<string, AuditValue>>,
  after: Readonly<Record<string, AuditValue>>,
): AuditChange[] {
  const fields = [...new Set([...Object.keys(before), ...Object.keys(after)])];
  return fields
    .map((field) => ({ field, from: textOf(before[field]), to: textOf(after[field]) }))
    .filter(({ from, to }) => from !== to);
}

function textOf(value: AuditValue | undefined): string | null {
  return value == null ? null : String(value);
}
