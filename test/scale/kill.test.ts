import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { expect, it } from 'vitest';
import { demoIds } from '../../src/demo/people.ts';
import { encodeGlobalId } from '../../src/global-id.ts';
import { type Gateway, makeDataDirectory, serverUrl, startGateway } from '../process/gateway.ts';
import { expectConsistent } from '../support/consistency.ts';
import { editDocument } from '../support/edits.ts';

const rounds = 10;
const writersPerGroup = 3;
const groupIds = [1, 2, 3].map((number) => encodeGlobalId('ParticipantGroup', demoIds.group(number)));

/** An add of three people that nobody has seen, under an idempotency key that is its note too. */
interface Add {
  readonly key: string;
  readonly groupId: string;
  readonly participantIds: readonly string[];
}

let made = 0;
function nextAdd(groupId: string): Add {
  const number = made++;
  const participantIds = [0, 1, 2].map((index) =>
    (0xe * 16 ** 8 + number * 3 + index).toString(16).padStart(24, '0'),
  );
  return { key: `add ${number}`, groupId, participantIds };
}

async function send(gateway: Gateway, { key, groupId, participantIds }: Add): Promise<number> {
  const input = { participantGroupId: groupId, participantIds, note: key, idempotencyKey: key };
  const response = await gateway.ask(editDocument('addParticipantsToGroup'), { input });
  const { data } = await response.json();
  return data.edit.addedCount;
}

/** Adds to one group, one after the other, until the gateway is gone; keeps what was acknowledged and what was not. */
async function stream(gateway: Gateway, groupId: string, acknowledged: Add[], open: Add[]): Promise<void> {
  for (;;) {
    const add = nextAdd(groupId);
    try {
      expect(await send(gateway, add)).toBe(3);
    } catch (error) {
      if (!(error instanceof TypeError)) throw error;
      open.push(add);
      return;
    }
    acknowledged.push(add);
  }
}

it('loses no acknowledged add to kill -9, and repeating an interrupted one has its effect once', async () => {
  const DATA_DIR = await makeDataDirectory();
  const everything: Add[] = [];
  let interrupted = 0;
  let hadTakenEffect = 0;
  for (let round = 0; round < rounds; round++) {
    const gateway = await startGateway({ DATA_DIR, LOG_LEVEL: 'warn' });
    const [acknowledged, open]: [Add[], Add[]] = [[], []];
    const writers = groupIds.flatMap((groupId) =>
      Array.from({ length: writersPerGroup }, () => stream(gateway, groupId, acknowledged, open)),
    );
    await expect
      .poll(() => acknowledged.length, { timeout: 20_000, interval: 5 })
      .toBeGreaterThan(20 + 7 * round);
    await sleep(round * 3);
    await gateway.program.end('SIGKILL');
    await Promise.all(writers);
    interrupted += open.length;
    hadTakenEffect += await withSql(DATA_DIR, async (sql) => {
      await expectLogged(sql, acknowledged);
      return (await logged(sql, open)).length;
    });
    const next = await startGateway({ DATA_DIR, LOG_LEVEL: 'warn' });
    expect(await Promise.all(open.map((add) => send(next, add)))).toEqual(open.map(() => 3));
    expect(await Promise.all(open.map((add) => send(next, add)))).toEqual(open.map(() => 3));
    everything.push(...acknowledged, ...open);
    await withSql(DATA_DIR, (sql) => expectLogged(sql, everything));
    await next.program.end(round % 2 ? 'SIGKILL' : 'SIGTERM');
  }
  expect(interrupted).toBe(rounds * groupIds.length * writersPerGroup);
  process.stdout.write(
    `${everything.length} adds, ${interrupted} interrupted, of which ${hadTakenEffect} had taken effect\n`,
  );
});

type Sql = Parameters<typeof expectConsistent>[0];

async function withSql<Result>(dataDirectory: string, work: (sql: Sql) => Promise<Result>): Promise<Result> {
  const pool = new pg.Pool({ connectionString: await serverUrl(dataDirectory), max: 1 });
  try {
    return await work(
      async <Row extends pg.QueryResultRow>(text: string, values?: unknown[]) =>
        (await pool.query<Row>(text, values)).rows,
    );
  } finally {
    await pool.end();
  }
}

async function logged(sql: Sql, adds: readonly Add[]): Promise<string[]> {
  const rows = await sql<{ note: string }>(
    'SELECT note FROM membership_change WHERE note = ANY($1) ORDER BY note',
    [adds.map(({ key }) => key)],
  );
  return rows.map(({ note }) => note);
}

/** Each of the adds is one change, of three people who are members now; and the groups agree with themselves. */
async function expectLogged(sql: Sql, adds: readonly Add[]): Promise<void> {
  expect(await logged(sql, adds)).toEqual(adds.map(({ key }) => key).sort());
  for (const groupId of groupIds) {
    const { changes, membersAt } = await expectConsistent(sql, groupId);
    const members = new Set(membersAt.at(-1));
    for (const add of adds.filter((add) => add.groupId === groupId)) {
      expect(changes.find(({ note }) => note === add.key)).toMatchObject({ addedCount: 3, removedCount: 0 });
      expect(add.participantIds.filter((participantId) => !members.has(participantId))).toEqual([]);
    }
  }
}
