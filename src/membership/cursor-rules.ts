import { createHash } from 'node:crypto';

/** Where somebody stands in one group's log: the change that they saw last, and what proves that it is this one. */
export interface Place {
  readonly groupKey: number;
  /** 0 before the first change. */
  readonly version: number;
  /** 4 bytes. */
  readonly proof: number;
}

/** A change as it is proven: no other group, and no other history of this one, has one of this number at this moment. */
export interface ProvenChange {
  readonly groupId: string;
  readonly version: number;
  /** Null before the first change. */
  readonly occurredAt: Date | null;
}

const format = 1;
const placeBytes = 12;
/** Keys and versions are stored in 32 bits, signed. */
const largest = 0x7fffffff;
/** As many cursors as there can be groups may be joined, each as long as it can be. */
const longest = 200_000;
const separator = '.';

/** What shows that a place is in this log: of another database, or of a log that was restored and went on, it differs. */
export function proofOf({ groupId, version, occurredAt }: ProvenChange): number {
  const text = `${groupId}.${version}.${occurredAt?.getTime() ?? ''}`;
  return createHash('sha256').update(text).digest().readUInt32BE();
}

/** A cursor of a place in each of some groups' logs: a byte for its format and twelve for each group, in base64url. */
export function writeChangesCursor(places: readonly Place[]): string {
  const bytes = Buffer.alloc(1 + placeBytes * places.length);
  bytes.writeUInt8(format);
  for (const [index, { groupKey, version, proof }] of places.entries()) {
    const at = 1 + placeBytes * index;
    bytes.writeUInt32BE(groupKey, at);
    bytes.writeUInt32BE(version, at + 4);
    bytes.writeUInt32BE(proof, at + 8);
  }
  return bytes.toString('base64url');
}

/**
 * The places of a cursor, or of several that are joined by dots, by the key of their group; null for any other text. Of
 * a group that is named twice the earlier place counts, so that nothing is missed.
 */
export function readChangesCursor(cursor: string): Map<number, Place> | null {
  if (cursor.length > longest) return null;
  const places = new Map<number, Place>();
  for (const part of cursor.split(separator)) {
    const found = readPart(part);
    if (found === null) return null;
    for (const place of found) {
      if (place.groupKey > largest || place.version > largest) return null;
      const known = places.get(place.groupKey);
      if (known === undefined || place.version < known.version) places.set(place.groupKey, place);
    }
  }
  return places;
}

function readPart(part: string): Place[] | null {
  const bytes = Buffer.from(part, 'base64url');
  const isWhole = bytes.length > 1 && (bytes.length - 1) % placeBytes === 0 && bytes.readUInt8() === format;
  if (!isWhole || bytes.toString('base64url') !== part) return null;
  return Array.from({ length: (bytes.length - 1) / placeBytes }, (_, index) => {
    const at = 1 + placeBytes * index;
    return {
      groupKey: bytes.readUInt32BE(at),
      version: bytes.readUInt32BE(at + 4),
      proof: bytes.readUInt32BE(at + 8),
    };
  });
}
