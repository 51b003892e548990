import type { DocumentNode } from 'graphql';

interface Cache<Value> {
  get(source: string): Value | undefined;
  set(source: string, value: Value): void;
}

/**
 * Caches for Yoga's `parserAndValidationCache`, bounded by the characters of the documents in them. Yoga's own keep
 * the last 1,024 documents, and as many that don't parse, of any size: whoever sends enough different ones of two
 * megabytes fills gigabytes. A parsed document takes some 200 bytes a character, so the default stays near 100 MB at worst.
 */
export function documentCaches(maxCharacters = 524_288): {
  documentCache: Cache<DocumentNode>;
  errorCache: Cache<unknown>;
  validationCache: false;
} {
  return {
    documentCache: new BoundedCache(maxCharacters),
    // A document that doesn't parse fails as fast again: not worth keeping.
    errorCache: { get: () => undefined, set: () => undefined },
    // What was validated is known with the document (`useExecution`): Yoga's asks first which rules there are.
    validationCache: false,
  };
}

/** The most recently used documents, up to so many characters in all, and none that would take an eighth of the room. */
class BoundedCache implements Cache<DocumentNode> {
  readonly #documents = new Map<string, DocumentNode>();
  readonly #maxCharacters: number;
  #characters = 0;

  constructor(maxCharacters: number) {
    this.#maxCharacters = maxCharacters;
  }

  get(source: string): DocumentNode | undefined {
    const document = this.#documents.get(source);
    if (document) {
      this.#documents.delete(source);
      this.#documents.set(source, document);
    }
    return document;
  }

  set(source: string, document: DocumentNode): void {
    if (source.length > this.#maxCharacters / 8) return;
    if (!this.#documents.has(source)) this.#characters += source.length;
    this.#documents.set(source, document);
    for (const oldest of this.#documents.keys()) {
      if (this.#characters <= this.#maxCharacters) return;
      this.#documents.delete(oldest);
      this.#characters -= oldest.length;
    }
  }
}
