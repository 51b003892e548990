import { afterEach, describe, expect, it } from 'vitest';
import { createCodedStudy } from '../submission/fixtures/codes.ts';
import { submit } from '../submission/fixtures/submissions.ts';
import { startApp } from '../support/app.ts';
import { mutate } from '../support/documents.ts';
import { addMember, createGroup, createLab, createProject } from '../support/factories.ts';
import { unlimited } from '../support/unlimited.ts';
import { change, changeOften, cursorOf, groupWithChanges, numbers } from './fixtures/groups.ts';
import { changesDocument, follow, followFromNow } from './fixtures/subscriber.ts';

const app = await startApp({ rateLimits: unlimited() });
const lab = await createLab(app);
const { token } = lab.admin;
const { workspaceId } = lab;

afterEach(async () => {
  expect(app.unexpected.splice(0)).toEqual([]);
  await expect.poll(() => app.live.streams.size).toBe(0);
});

describe('a subscription to changes', () => {
  it('begins with a checkpoint of its own', async () => {
    const groupId = await groupWithChanges(app, token, workspaceId, 2);
    const subscriber = follow(app, lab.viewer.token, [groupId]);
    expect(await subscriber.next()).toEqual({
      cursor: await cursorOf(app, token, groupId),
      change: null,
    });
    await subscriber.end();
  });

  it('tells only what happens from now on where nothing is to be gone on from', async () => {
    const groupId = await groupWithChanges(app, token, workspaceId, 3);
    const { subscriber } = await followFromNow(app, token, [groupId]);
    await changeOften(app, token, groupId, 2);
    expect(await subscriber.versions(2)).toEqual([4, 5]);
    await subscriber.end();
  });

  it('tells everything later first, in order and each once, and then what happens', async () => {
    const groupId = await createGroup(app, token, workspaceId);
    const after = await cursorOf(app, token, groupId);
    await changeOften(app, token, groupId, 120);
    const subscriber = follow(app, token, [groupId], { after });
    expect(await subscriber.next()).toEqual({ cursor: after, change: null });
    expect(await subscriber.versions(120)).toEqual(numbers(1, 120));
    await changeOften(app, token, groupId, 2);
    expect(await subscriber.versions(2)).toEqual([121, 122]);
    await subscriber.end();
  });

  it('goes on from the cursor of any event', async () => {
    const groupIds = [
      await groupWithChanges(app, token, workspaceId, 0),
      await groupWithChanges(app, token, workspaceId, 0),
    ];
    const { subscriber } = await followFromNow(app, token, groupIds);
    for (const groupId of [...groupIds, ...groupIds]) await change(app, token, groupId);
    const told = await subscriber.take(4);
    await subscriber.end();
    for (const [index, { cursor }] of told.entries()) {
      const again = follow(app, token, groupIds, { after: cursor });
      const [checkpoint, ...rest] = await again.take(4 - index);
      expect(checkpoint).toEqual({ cursor, change: null });
      // Of several groups the order among them may be another.
      const places = (events: typeof told) =>
        events.map((event) => `${event.change?.participantGroup.id} ${event.change?.version}`).sort();
      expect(places(rest)).toEqual(places(told.slice(index + 1)));
      await again.end();
    }
  });

  it('follows 100 groups of two workspaces at once, and keeps the order within each', async () => {
    await addMember(app, lab.strangersWorkspaceId, lab.admin, 'COLLABORATOR');
    const groupIds: string[] = [];
    for (let number = 0; number < 100; number++) {
      const where = number % 2 ? workspaceId : lab.strangersWorkspaceId;
      groupIds.push(await createGroup(app, token, where));
    }
    const { subscriber, cursor } = await followFromNow(app, token, groupIds);
    await Promise.all(groupIds.map((groupId) => changeOften(app, token, groupId, 2)));
    const resumed = follow(app, token, [...groupIds].reverse(), { after: cursor });
    await resumed.next();
    for (const told of [await subscriber.take(200), await resumed.take(200)])
      for (const groupId of groupIds) {
        const own = told.filter((event) => event.change?.participantGroup.id === groupId);
        expect(own.map((event) => event.change?.version)).toEqual([1, 2]);
      }
    await Promise.all([subscriber.end(), resumed.end()]);
  });

  it('takes a group that is named twice once', async () => {
    const groupId = await groupWithChanges(app, token, workspaceId, 0);
    const { subscriber } = await followFromNow(app, token, [groupId, groupId]);
    await changeOften(app, token, groupId, 2);
    expect(await subscriber.versions(2)).toEqual([1, 2]);
    await subscriber.end();
  });

  it('says of each change what the log says of it', async () => {
    const groupId = await createGroup(app, token, workspaceId, ['ann']);
    const { subscriber } = await followFromNow(app, token, [groupId]);
    await mutate(app, token, 'replaceGroupParticipants', {
      participantGroupId: groupId,
      participantIds: ['ben', 'cem'],
      note: 'All new',
    });
    await mutate(app, token, 'revertParticipantGroup', { participantGroupId: groupId, toVersion: 1 });
    const projectId = await createProject(app, token, workspaceId);
    const actions = [{ kind: 'ADD_TO_PARTICIPANT_GROUP', participantGroupId: groupId }] as const;
    const codes = [{ code: 'DONE', codeType: 'COMPLETED', actions }];
    const studyId = await createCodedStudy(app, token, projectId, codes);
    await submit(app, token, { studyId, code: 'DONE' });
    const told = await subscriber.take(3);
    expect(told.map((event) => event.change)).toMatchObject([
      { version: 2, cause: 'REPLACEMENT', note: 'All new', addedCount: 2, removedCount: 1 },
      { version: 3, cause: 'REVERSION', note: null, addedCount: 1, removedCount: 2 },
      { version: 4, cause: 'COMPLETION_CODE', note: null, addedCount: 1, removedCount: 0 },
    ]);
    await subscriber.end();
  });

  it('goes on for a group that is deleted, and when it is restored', async () => {
    const groupId = await createGroup(app, token, workspaceId, ['ann']);
    const { subscriber } = await followFromNow(app, token, [groupId]);
    await mutate(app, token, 'deleteParticipantGroup', { participantGroupId: groupId });
    await mutate(app, token, 'eraseParticipant', { workspaceId, participantId: 'ann' });
    const whileDeleted = follow(app, token, [groupId]);
    await whileDeleted.next();
    await mutate(app, token, 'restoreParticipantGroup', { participantGroupId: groupId });
    await change(app, token, groupId);
    const causes = (await subscriber.take(2)).map((event) => event.change?.cause);
    expect(causes).toEqual(['ERASURE', 'MANUAL']);
    expect(await whileDeleted.versions(1)).toEqual([3]);
    await Promise.all([subscriber.end(), whileDeleted.end()]);
  });
});

describe('a subscription that cannot be', () => {
  it('is refused for no group, for 101, and for what is no group', async () => {
    const groupId = await createGroup(app, token, workspaceId);
    for (const ids of [[], Array.from({ length: 101 }, () => groupId), [workspaceId]]) {
      const { extensions } = await follow(app, token, ids).failure();
      expect(extensions).toMatchObject({ code: 'INVALID_INPUT', argument: 'participantGroupIds' });
    }
  });

  it('is refused for groups of which one is not the viewer’s to see', async () => {
    const groupId = await createGroup(app, token, workspaceId);
    const hidden = await createGroup(app, lab.stranger.token, lab.strangersWorkspaceId);
    const { extensions } = await follow(app, lab.viewer.token, [groupId, hidden]).failure();
    expect(extensions).toEqual({ code: 'NOT_FOUND', ids: [hidden] });
  });

  it('is refused without a token that is good for something', async () => {
    const groupId = await createGroup(app, token, workspaceId);
    for (const given of ['', 'rollcall_nobodys']) {
      const response = await fetch(app.url, {
        method: 'POST',
        headers: {
          'Content-Type': 'application/json',
          Accept: 'text/event-stream',
          ...(given === '' ? {} : { Authorization: `Bearer ${given}` }),
        },
        body: JSON.stringify({ query: changesDocument, variables: { ids: [groupId] } }),
      });
      expect(await response.text()).toContain('"code":"UNAUTHENTICATED"');
    }
  });

  it('is refused for a document that is not valid', async () => {
    const response = await fetch(app.url, {
      method: 'POST',
      headers: {
        'Content-Type': 'application/json',
        Accept: 'text/event-stream',
        Authorization: `Bearer ${token}`,
      },
      body: JSON.stringify({ query: 'subscription { membershipChanges { cursor } }' }),
    });
    expect(await response.text()).toContain('participantGroupIds');
  });
});
