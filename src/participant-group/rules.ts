/**
 * What names are compared and sorted by, so that no server's locale decides: Unicode NFC, lower case. Lower case may
 * undo NFC (J̌ has no letter of its own, ǰ has), so NFC comes last too; and a sigma is a
 * sigma, wherever in a word it stands.
 */
export function nameKey(name: string): string {
  return name.normalize('NFC').toLowerCase().replaceAll('ς', 'σ').normalize('NFC');
}

/** A pattern for `LIKE` that finds `search` anywhere in a name key. */
export function searchPattern(search: string): string {
  return `%${nameKey(search.trim()).replace(/[\\%_]/g, '\\$&')}%`;
}
