/** Relay global ids: `Type:key` in unpadded base64url. The key is a UUID; a membership change's is its group's and its version. */

const uuid = '[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}';
const shape = new RegExp(`^([A-Z][A-Za-z]{0,40}):(${uuid}(?:\\.[1-9][0-9]{0,9})?)$`);
const longest = 120;
/** Versions are stored in 32 bits. */
const newestVersion = 0x7fffffff;

export interface GlobalId {
  readonly type: string;
  readonly key: string;
}

/** The global id of a row. In letters, digits, hyphens, colons and dots base64 finds nothing that base64url writes otherwise. */
export function encodeGlobalId(type: string, key: string): string {
  const encoded = btoa(`${type}:${key}`);
  const end = encoded.indexOf('=', encoded.length - 2);
  return end < 0 ? encoded : encoded.slice(0, end);
}

/** Ids that were decoded lately: most come again and again. */
const known = new Map<string, GlobalId>();
const mostKnown = 1_000;

/** What a global id names, or null for anything that `encodeGlobalId` would not have written. */
export function decodeGlobalId(value: string): GlobalId | null {
  const found = known.get(value);
  if (found !== undefined) return found;
  const decoded = decode(value);
  if (decoded === null) return null;
  if (known.size >= mostKnown) known.clear();
  known.set(value, decoded);
  return decoded;
}

function decode(value: string): GlobalId | null {
  if (value.length > longest) return null;
  const text = Buffer.from(value, 'base64url').toString('latin1');
  const [, type, key] = shape.exec(text) ?? [];
  if (type === undefined || key === undefined || versionOf(key) > newestVersion) return null;
  return encodeGlobalId(type, key) === value ? { type, key } : null;
}

function versionOf(key: string): number {
  return Number(key.split('.')[1] ?? 0);
}

/** The key of a global id of one type, or what is wrong with it, in a sentence. */
export function keyOfGlobalId(value: string, type: string): { key: string } | { problem: string } {
  const decoded = decodeGlobalId(value);
  if (decoded === null) return { problem: `This is not a global id. Expected the id of ${named(type)}.` };
  if (decoded.type !== type)
    return { problem: `This is the id of ${named(decoded.type)}. Expected the id of ${named(type)}.` };
  const isChange = decoded.key.includes('.');
  if (isChange !== (type === 'MembershipChange')) return { problem: `This is not the id of ${named(type)}.` };
  return { key: decoded.key };
}

function named(type: string): string {
  return /^[AEIO]/.test(type) ? `an ${type}` : `a ${type}`;
}
