import { randomUUID } from 'node:crypto';
import { hashSecret, newTokenSecret } from '../src/access/rules.ts';
import { encodeGlobalId } from '../src/global-id.ts';
import { editDocument } from '../test/support/edits.ts';
import { burnt, type ServerAnswers, type ServerQuestion } from './fan-out-messages.ts';
import { openBench } from './gateway.ts';

/** The gateway of the fan-out, in a process of its own: what it burns is what the process burns. */
const bench = await openBench();
let committedAt = 0;
bench.onCommitted(() => {
  committedAt = performance.timeOrigin + performance.now();
});

const answers: ServerAnswers = {
  async prepare(viewers) {
    const { rows } = await bench.client.query(
      `INSERT INTO participant_group (id, workspace_key, name, name_key)
       SELECT id, $1, id, id FROM (SELECT gen_random_uuid() AS id FROM generate_series(1, 3)) AS made RETURNING id`,
      [bench.workspaceKey],
    );
    const tokens: string[] = [];
    while (tokens.length < viewers) tokens.push(await makeViewer());
    const groupIds = rows.map(({ id }) => encodeGlobalId('ParticipantGroup', id));
    return { url: bench.url, groupIds, tokens };
  },
  async edit(groupId) {
    const participantIds = [randomUUID().replaceAll('-', '').slice(0, 24)];
    await bench.ask(editDocument('addParticipantsToGroup'), {
      input: { participantGroupId: groupId, participantIds },
    });
    return committedAt;
  },
  async cpu() {
    return burnt();
  },
  async collected() {
    for (let times = 0; times < 3; times += 1) {
      globalThis.gc?.();
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
    return burnt();
  },
};

async function makeViewer(): Promise<string> {
  const [userId, secret] = [randomUUID(), newTokenSecret()];
  await bench.client.query(`INSERT INTO app_user (id, name, email) VALUES ($1, 'V', 'v@b.example')`, [
    userId,
  ]);
  await bench.client.query(
    `INSERT INTO workspace_member (user_id, workspace_key, role) VALUES ($1, $2, 'VIEWER')`,
    [userId, bench.workspaceKey],
  );
  await bench.client.query(
    `INSERT INTO api_token (id, user_id, name, prefix, secret_hash) VALUES ($1, $2, 'V', '', $3)`,
    [randomUUID(), userId, Buffer.from(hashSecret(secret))],
  );
  return secret;
}

process.on('message', async ({ ask, value }: ServerQuestion) => {
  process.send?.(await answers[ask](value as never));
});
process.on('disconnect', () => void bench.close().then(() => process.exit()));
process.send?.('ready');
