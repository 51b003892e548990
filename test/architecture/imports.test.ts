import { join, posix } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type Import, parseSource, readSources, type Source } from './fixtures/sources.ts';
import { longFiles, ownFolder, type Rule, rules } from './fixtures/table.ts';

const sources = readSources(join(import.meta.dirname, '../../src'));
const longest = 200;

const ruleOf = (path: string) => rules.find(({ files }) => files.test(path));
const importersOf = (target: string) =>
  sources.filter(({ imports }) => imports.some((each) => each.target === target)).map(({ path }) => path);

function isAllowed(rule: Rule, path: string, { target, isType }: Import): boolean {
  const isOwn = ownFolder.has(rule.room) && posix.dirname(target) === posix.dirname(path);
  const allowed = isType ? [...rule.values, ...rule.types] : rule.values;
  return isOwn || allowed.some((pattern) => pattern.test(target));
}

function circlesIn(all: readonly Source[]): string[] {
  const targets = new Map(all.map(({ path, imports }) => [path, imports.map(({ target }) => target)]));
  const circles: string[] = [];
  const done = new Set<string>();
  const visit = (path: string, trail: readonly string[]): void => {
    if (trail.includes(path)) circles.push([...trail.slice(trail.indexOf(path)), path].join(' → '));
    if (done.has(path) || trail.includes(path)) return;
    for (const target of targets.get(path) ?? []) visit(target, [...trail, path]);
    done.add(path);
  };
  for (const path of targets.keys()) visit(path, []);
  return circles;
}

describe('an import', () => {
  it('is found however it is written', () => {
    const { imports } = parseSource(
      'a/b.ts',
      `import './one.ts';
import two, { type T } from '../two.ts';
import type { Three } from 'three';
import { type Four,
  type Five } from './four.ts';
export * from './six.ts';
import * as seven from 'node:seven';
const eight = await import('../eight.ts');
export const nine = 'from';`,
    );
    const found = imports.map(({ target, isType, isReexport }) => [target, isType, isReexport]);
    expect(found).toEqual([
      ['a/one.ts', false, false],
      ['two.ts', false, false],
      ['three', true, false],
      ['a/four.ts', true, false],
      ['a/six.ts', false, true],
      ['node:seven', false, false],
      ['eight.ts', false, false],
    ]);
  });

  it.each(rules.map((rule) => [rule.room, rule] as const))(
    'of the %s goes only where the table says',
    (_room, rule) => {
      const own = sources.filter(({ path }) => ruleOf(path) === rule);
      const strays = own.flatMap(({ path, imports }) =>
        imports
          .filter((each) => !isAllowed(rule, path, each))
          .map(({ target }) => `${path} imports ${target}`),
      );
      expect(own.length).toBeGreaterThan(0);
      expect(strays).toEqual([]);
    },
  );

  it('never leads back to its file, types included', () => {
    expect(circlesIn(sources)).toEqual([]);
  });

  it('would be seen to lead back', () => {
    const circle = [
      parseSource('a.ts', `import './b.ts';`),
      parseSource('b.ts', `import type { A } from './a.ts';`),
    ];
    expect(circlesIn(circle)).toEqual(['a.ts → b.ts → a.ts']);
  });

  it('names a file or package that is there', () => {
    const paths = new Set(sources.map(({ path }) => path));
    const missing = sources.flatMap(({ path, imports }) =>
      imports
        .filter(
          ({ target, isPackage }) =>
            !isPackage && !paths.has(target) && !target.startsWith('database/prisma/'),
        )
        .map(({ target }) => `${path} imports ${target}`),
    );
    expect(missing).toEqual([]);
  });
});

describe('a file of src', () => {
  it('has a place in the table', () => {
    expect(sources.filter(({ path }) => ruleOf(path) === undefined).map(({ path }) => path)).toEqual([]);
  });

  it('re-exports nothing', () => {
    const barrels = sources.filter(
      ({ text, imports }) => imports.some(({ isReexport }) => isReexport) || /^export (type )?\{/m.test(text),
    );
    expect(barrels.map(({ path }) => path)).toEqual([]);
  });

  it(`has at most ${longest} lines, or a reason`, () => {
    const long = sources.filter(({ text }) => text.split('\n').length - 1 > longest).map(({ path }) => path);
    expect(long).toEqual(Object.keys(longFiles));
  });

  it('imports the schema only to serve or print it', () => {
    expect(importersOf('schema.ts')).toEqual(['print-schema.ts', 'server.ts']);
  });

  it('never imports a process', () => {
    expect([
      ...importersOf('main.ts'),
      ...importersOf('bootstrap.ts'),
      ...importersOf('print-schema.ts'),
    ]).toEqual([]);
  });

  it('knows GraphQL only in graphql/, the faces, the refs and the server', () => {
    const rooms = new Set(['process', 'server', 'scripts', 'schema', 'graphql', 'refs', 'GraphQL faces']);
    const packages = /^(@pothos|graphql|@graphql-yoga|dataloader|graphql-scalars)/;
    const strays = sources.filter(
      ({ path, imports }) =>
        !rooms.has(ruleOf(path)?.room ?? '') &&
        imports.some(({ target, isPackage }) => isPackage && packages.test(target)),
    );
    expect(strays.map(({ path }) => path)).toEqual([]);
  });

  it('reads the environment only to hand it to environment.ts', () => {
    const uses = sources.flatMap(({ path, text }) =>
      [...text.matchAll(/^.*process\.env.*$/gm)].map(([line]) => `${path}: ${line.trim()}`),
    );
    expect(uses).toEqual([
      'bootstrap.ts: const environment = readEnvironment(process.env);',
      'main.ts: const environment = readEnvironment(process.env);',
    ]);
  });

  it('writes to the console nowhere', () => {
    expect(sources.filter(({ text }) => /\bconsole\./.test(text)).map(({ path }) => path)).toEqual([]);
  });
});
