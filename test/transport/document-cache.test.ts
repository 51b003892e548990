import { parse } from 'graphql';
import { describe, expect, it } from 'vitest';
import { documentCaches } from '../../src/graphql/limits/document-cache.ts';

const document = parse('{ a }');
const source = (name: string) => name.repeat(10);

describe('the cache of parsed documents', () => {
  it('drops the least recently used ones when their characters exceed its room', () => {
    const { documentCache } = documentCaches(80);
    for (const name of 'abcdefgh') documentCache.set(source(name), document);
    documentCache.get(source('a'));
    documentCache.set(source('i'), document);
    expect(documentCache.get(source('a'))).toBe(document);
    expect(documentCache.get(source('b'))).toBeUndefined();
    expect(documentCache.get(source('c'))).toBe(document);
  });

  it('keeps no document that would take more than an eighth of it', () => {
    const { documentCache } = documentCaches(80);
    documentCache.set('x'.repeat(11), document);
    expect(documentCache.get('x'.repeat(11))).toBeUndefined();
  });

  it('keeps no errors', () => {
    const { errorCache } = documentCaches();
    errorCache.set('{', new Error('Syntax'));
    expect(errorCache.get('{')).toBeUndefined();
  });
});
