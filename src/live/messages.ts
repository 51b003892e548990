import type { Touch } from '../database/commits.ts';

/** PostgreSQL's notifications are shorter than 8,000 bytes. */
const longestMessage = 7_900;

const letters = { group: 'g', study: 's', erasure: 'e', other: 'o' } as const;
const kinds = new Map(
  Object.entries(letters).map(([kind, letter]) => [letter as string, kind as Touch['kind']]),
);

/** What one node tells the others, in as few messages as there have to be; `node` is who says it. */
export function writeMessages(node: string, touches: readonly Touch[]): string[] {
  const words = new Set(
    touches.map(
      ({ kind, workspaceKey, row, version }) => `${letters[kind]}${workspaceKey}.${row}.${version}`,
    ),
  );
  const messages: string[] = [];
  let message = node;
  for (const word of words) {
    if (message.length + word.length >= longestMessage) {
      messages.push(message);
      message = node;
    }
    message += ` ${word}`;
  }
  return message === node ? messages : [...messages, message];
}

/** Who says what; words that this version doesn't know are left out. */
export function readMessage(message: string): { readonly node: string; readonly touches: Touch[] } {
  const [node = '', ...words] = message.split(' ');
  return { node, touches: words.flatMap((word) => readWord(word) ?? []) };
}

function readWord(word: string): Touch | null {
  const [, letter = '', workspace, row = '', version] =
    /^([a-z])(\d{1,10})\.([\w-]{1,36})\.(\d{1,10})$/.exec(word) ?? [];
  const kind = kinds.get(letter);
  if (kind === undefined) return null;
  return {
    kind,
    workspaceKey: Number(workspace),
    row: /^\d{1,10}$/.test(row) ? Number(row) : row,
    version: Number(version),
  };
}
