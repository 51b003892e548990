import { describe, expect, it } from 'vitest';
import { startApp } from '../support/app.ts';
import { expectConsistent } from '../support/consistency.ts';
import { edit } from '../support/edits.ts';
import { createGroup, createLab, people } from '../support/factories.ts';
import { holdGroup } from '../support/lock.ts';

const app = await startApp();
const lab = await createLab(app);
const { token } = lab.collaborator;

const makeGroup = (ids: string[] = []) => createGroup(app, token, lab.workspaceId, ids);

describe('a group that is locked', () => {
  const read = `query ($id: ID!) { participantGroup(id: $id) { participantCount participants { nodes { id } } } }`;
  const add = (participantGroupId: string, participantIds: string[]) =>
    edit(app, token, 'addParticipantsToGroup', { participantGroupId, participantIds });

  it('leaves reads of it, and edits of others, their connections while 200 writers queue', async () => {
    const [id, calm] = [await makeGroup(people(0, 5)), await makeGroup()];
    const release = await holdGroup(app.databaseUrl, id);
    let answered = 0;
    const writers = Array.from({ length: 200 }, (_, index) =>
      add(id, [`writer${index}`]).finally(() => answered++),
    );
    try {
      for (let index = 0; index < 5; index++) {
        const { data } = await app.ask(token, read, { id });
        expect(data.participantGroup.participantCount).toBe(5);
        expect((await add(calm, [`calm${index}`])).data.edit?.addedCount).toBe(1);
      }
      expect(answered).toBe(0);
    } finally {
      await release();
    }
    const answers = await Promise.all(writers);
    expect(answers.map(({ data }) => data.edit?.addedCount)).toEqual(Array(200).fill(1));
    expect((await expectConsistent(app.sql, id)).membersAt.at(-1)).toHaveLength(205);
  });

  it('answers BUSY when the lock is not to be had in time, and nothing is changed', async () => {
    const id = await makeGroup(people(0, 5));
    const release = await holdGroup(app.databaseUrl, id);
    const started = performance.now();
    const answer = await add(id, ['late']).finally(release);
    expect(performance.now() - started).toBeGreaterThan(4_900);
    expect(answer.errors?.map(({ extensions }) => extensions.code)).toEqual(['BUSY']);
    expect(await app.sql("SELECT 1 FROM participant WHERE participant_id = 'late'")).toEqual([]);
    expect((await expectConsistent(app.sql, id)).membersAt).toHaveLength(2);
    expect((await add(id, ['late'])).data.edit?.addedCount).toBe(1);
  });
});
