/** Fixed ids, so that the examples in GraphiQL and the README work on every demonstration. */
export const demoIds = {
  admin: '019a0000-0000-7000-8000-000000000001',
  colleague: '019a0000-0000-7000-8000-000000000002',
  workspace: '019a0000-0000-7000-8000-000000000010',
  memory: '019a0000-0000-7000-8000-000000000021',
  attention: '019a0000-0000-7000-8000-000000000022',
  group: (number: number) => `019a0000-0000-7000-8000-0000000001${String(number).padStart(2, '0')}`,
  study: (number: number) => `019a0000-0000-7000-8000-0000000002${String(number).padStart(2, '0')}`,
  submission: (number: number) => `019a0000-0000-7000-8000-0000000003${String(number).padStart(2, '0')}`,
} as const;

/** The participant ID of a demonstration participant, 0–499: 24 hexadecimal digits. */
export function demoParticipantId(index: number): string {
  return `5f${((index * 2_654_435_761) % 0x1_0000_0000).toString(16).padStart(8, '0')}${index.toString(16).padStart(14, '0')}`;
}

/** Participants `from` up to but not including `to`; every `step`th. */
export function demoParticipants(from: number, to: number, step = 1): string[] {
  const ids: string[] = [];
  for (let index = from; index < to; index += step) ids.push(demoParticipantId(index));
  return ids;
}
