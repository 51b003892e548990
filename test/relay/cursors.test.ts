import { afterEach, describe, expect, it } from 'vitest';
import { startApp } from '../support/app.ts';
import { listFields } from '../support/schema-walk.ts';
import { askList, createWorld } from './fixtures/world.ts';

const app = await startApp();
const world = await createWorld(app);
afterEach(() => expect(app.unexpected.splice(0)).toEqual([]));

const parentsOf = (name: string) => world.parents[name] ?? { id: '', otherId: '' };
const listOf = (name: string) =>
  listFields.find((list) => list.name === name) ?? { type: '', field: '', name };
const refusal = (argument: string) => [
  { path: ['parent', 'list'], extensions: { code: 'INVALID_INPUT', argument } },
];

/** The cursor of the third item of a list, in an order. */
async function cursorOf(name: string, args = 'first: 3'): Promise<string> {
  const { list, errors } = await askList(app, world, listOf(name), parentsOf(name).id, args);
  expect(errors).toBeUndefined();
  return list.edges[2].cursor;
}

async function expectRefused(name: string, id: string, cursor: string, otherArgs = ''): Promise<void> {
  for (const argument of ['after', 'before']) {
    const args = `${argument}: ${JSON.stringify(cursor)}${otherArgs}`;
    const { list, errors } = await askList(app, world, listOf(name), id, args);
    expect(list ?? null, cursor).toBeNull();
    expect(errors, cursor).toMatchObject(refusal(argument));
  }
}

const cursors = new Map<string, string>();
for (const { name } of listFields) cursors.set(name, await cursorOf(name));

describe.each(listFields)('a cursor of $name', ({ name }) => {
  const cursor = cursors.get(name) ?? '';

  it('is good for its own list', async () => {
    const { list } = await askList(app, world, listOf(name), parentsOf(name).id, `after: "${cursor}"`);
    expect(list.edges).toHaveLength(4);
  });

  it('is refused by the same field of another parent', async () => {
    await expectRefused(name, parentsOf(name).otherId, cursor);
  });

  it('is refused by every other field', async () => {
    for (const other of listFields) {
      if (other.name !== name) await expectRefused(other.name, parentsOf(other.name).id, cursor);
    }
  });

  it('is refused when it was cut short, lengthened or changed', async () => {
    const cut = Array.from({ length: cursor.length }, (_, length) => cursor.slice(0, length));
    const { id } = parentsOf(name);
    for (const each of cut) await expectRefused(name, id, each);
    for (const each of [
      `${cursor}AAAA`,
      `${cursor}=`,
      ` ${cursor}`,
      `A${cursor}`,
      cursor.toLowerCase(),
      cursor.repeat(900),
    ])
      await expectRefused(name, id, each);
  });
});

const orders = ['NAME', 'CREATED_AT', 'UPDATED_AT', 'LAST_CHANGE_AT', 'PARTICIPANT_COUNT'].flatMap((field) =>
  ['ASC', 'DESC'].map((direction) => `orderBy: { field: ${field}, direction: ${direction} }`),
);

describe.each(['Workspace.participantGroups', 'Project.participantGroups'])('a cursor of %s', (name) => {
  it.each(orders)('by %s is refused by every other order', async (order) => {
    const cursor = await cursorOf(name, `first: 3, ${order}`);
    for (const other of orders) {
      if (other !== order) await expectRefused(name, parentsOf(name).id, cursor, `, ${other}`);
    }
  });
});

describe('a cursor of past members', () => {
  const name = 'ParticipantGroup.participants';
  const moment = new Date().toISOString();
  const views = [
    '',
    ', asOfVersion: 1',
    ', asOfVersion: 7',
    `, asOf: "${moment}"`,
    ', asOf: "2999-01-01T00:00:00.000Z"',
  ];

  it.each(views)('is refused by every other view (%#)', async (view) => {
    const cursor = await cursorOf(name, `first: 3${view}`);
    const own = await askList(app, world, listOf(name), parentsOf(name).id, `after: "${cursor}"${view}`);
    expect(own.errors).toBeUndefined();
    for (const other of views) {
      if (other !== view) await expectRefused(name, parentsOf(name).id, cursor, other);
    }
  });
});

describe('a hand-made cursor', () => {
  /** A cursor with the mark of its list, and a place of our own making. */
  const forge = (cursor: string, place: string) =>
    Buffer.concat([Buffer.from(cursor, 'base64url').subarray(0, 8), Buffer.from(place)]).toString(
      'base64url',
    );
  const notJson = [
    '',
    '[',
    '{}',
    'null',
    'true',
    '"x"',
    '1',
    '[[1]]',
    '[{}]',
    '[null]',
    '[undefined]',
    '[NaN]',
    '[1,]',
    '[1] [1]',
  ];
  const noInteger = [
    '1.5',
    '"1"',
    '1e99',
    '2147483648',
    '-2147483648',
    '9007199254740993',
    '1e400',
    'true',
    'null',
    '[1]',
    '{}',
  ];
  const noMoment = [
    '1',
    'null',
    '""',
    '"yesterday"',
    '"2026-13-01T00:00:00.000Z"',
    '"2026-02-30T00:00:00.000Z"',
    '"2026-04-31T00:00:00.000Z"',
    '"2026-01-01T25:00:00.000Z"',
    '"2026-01-01T24:00:00.000Z"',
    '"0000-01-01T00:00:00.000Z"',
    '"2026-01-01T00:00:00Z"',
    '"2026-01-01"',
    '"infinity"',
    '"2026-01-01T00:00:60.000Z"',
    '"+012026-01-01T00:00:00.000Z"',
  ];
  const noText = ['1', 'null', String.raw`"a\u0000b"`, String.raw`"\ud83d"`, '["a"]', '{}'];

  it.each(listFields)('of $name is refused where it is no place', async ({ name }) => {
    const cursor = cursors.get(name) ?? '';
    const width = (JSON.parse(Buffer.from(cursor, 'base64url').toString().slice(8)) as unknown[]).length;
    const { id } = parentsOf(name);
    for (const place of notJson) await expectRefused(name, id, forge(cursor, place));
    for (const count of [0, width + 1, 50]) {
      await expectRefused(name, id, forge(cursor, JSON.stringify(Array.from({ length: count }, () => 1))));
    }
    if (name.endsWith('.participantGroups') && width > 1) return;
    for (const value of noInteger) {
      await expectRefused(
        name,
        id,
        forge(cursor, `[${Array.from({ length: width }, () => value).join(',')}]`),
      );
    }
  });

  it.each([
    ['NAME', noText],
    ['CREATED_AT', noMoment],
    ['UPDATED_AT', noMoment],
    ['LAST_CHANGE_AT', noMoment],
    ['PARTICIPANT_COUNT', noInteger],
  ] as const)('of groups by %s is refused where it is no place', async (field, values) => {
    const order = `orderBy: { field: ${field} }`;
    const name = 'Workspace.participantGroups';
    const cursor = await cursorOf(name, `first: 3, ${order}`);
    const good = JSON.parse(Buffer.from(cursor, 'base64url').toString().slice(8))[0];
    for (const value of values)
      await expectRefused(name, parentsOf(name).id, forge(cursor, `[${value},1]`), `, ${order}`);
    for (const value of noInteger) {
      await expectRefused(
        name,
        parentsOf(name).id,
        forge(cursor, `[${JSON.stringify(good)},${value}]`),
        `, ${order}`,
      );
    }
  });

  it.each(listFields)(
    'of $name that is some place answers with rows of that parent alone',
    async ({ name }) => {
      const list = listOf(name);
      const { id } = parentsOf(name);
      const selection = 'nodes { id }';
      const cursor = cursors.get(name) ?? '';
      const all = (await askList(app, world, list, id, 'first: 100', selection)).list.nodes;
      const own = JSON.parse(Buffer.from(cursor, 'base64url').toString().slice(8)) as unknown[];
      for (const value of [-2_147_483_647, -1, 0, 1, 2_147_483_647]) {
        const place = own.map((each) => (typeof each === 'number' ? value : each));
        const args = `after: "${forge(cursor, JSON.stringify(place))}", first: 100`;
        const { list: page, errors } = await askList(app, world, list, id, args, selection);
        expect(errors).toBeUndefined();
        expect(all).toEqual(expect.arrayContaining(page.nodes));
      }
    },
  );

  it.each([', asOfVersion: 1', ', asOf: "2999-01-01T00:00:00.000Z"'])(
    'of past members (%s) shows nobody of another group, and no version that its list has not',
    async (view) => {
      const name = 'ParticipantGroup.participants';
      const cursor = await cursorOf(name, `first: 3${view}`);
      for (const version of [-2_147_483_647, 0, 1, 2_147_483_647]) {
        const args = `after: "${forge(cursor, `[${version},0,0]`)}"${view}`;
        const { list, errors } = await askList(
          app,
          world,
          listOf(name),
          parentsOf(name).id,
          args,
          'nodes { participantId }',
        );
        const isOfThePast = version === 1 || (version === 0 && view.includes('2999'));
        if (isOfThePast) expect(errors).toBeUndefined();
        else expect(errors?.[0]?.extensions).toMatchObject({ code: 'INVALID_INPUT', argument: 'after' });
        for (const { participantId } of list?.nodes ?? []) expect(participantId).toMatch(/^p[0-6]$/);
      }
    },
  );
});

describe('a moment', () => {
  const name = 'ParticipantGroup.participants';
  const moments = [
    '0000-01-01T00:00:00.000Z',
    '0001-01-01T00:00:00+23:00',
    '9999-12-31T23:59:59-23:00',
    '2026-02-30T00:00:00Z',
    '2016-12-31T23:59:60Z',
    '+275760-09-13T00:00:00.000Z',
    '2026-01-01T24:00:00Z',
  ];

  it.each(moments)('%s is answered or refused, and never an unexpected error', async (moment) => {
    const { errors } = await askList(
      app,
      world,
      listOf(name),
      parentsOf(name).id,
      `asOf: "${moment}"`,
      'totalCount',
    );
    for (const { extensions } of errors ?? []) expect(extensions?.code).not.toBe('INTERNAL');
  });
});
