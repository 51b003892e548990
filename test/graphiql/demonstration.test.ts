import { describe, expect, it } from 'vitest';
import { newTokenSecret } from '../../src/access/rules.ts';
import { demoIds } from '../../src/demo/people.ts';
import { seedDemo } from '../../src/demo/seed.ts';
import { encodeGlobalId } from '../../src/global-id.ts';
import { startApp } from '../support/app.ts';
import { expectConsistent } from '../support/consistency.ts';

const token = newTokenSecret();
const app = await startApp();
await seedDemo(app.database, token);

const studyId = encodeGlobalId('Study', demoIds.study(2));
const groupIds = [1, 2, 3, 4, 5, 6, 7].map((number) =>
  encodeGlobalId('ParticipantGroup', demoIds.group(number)),
);

async function submissionsOf() {
  const query = `query ($id: ID!) { study(id: $id) { submissionCounts { status count } submissions(first: 100) { nodes {
    status enteredCode codeMatched returnRequested rejectionMessage startedAt expiresAt completedAt
    participant { participantId } membershipChanges { occurredAt cause actor { name } participantGroup { name } } } } } }`;
  const { data, errors } = await app.ask(token, query, { id: studyId });
  expect(errors).toBeUndefined();
  return data.study;
}

const { submissionCounts, submissions } = await submissionsOf();
const withStatus = (wanted: string) =>
  submissions.nodes.filter(({ status }: { status: string }) => status === wanted);

describe('the demonstration', () => {
  it('has a submission in every status', () => {
    for (const { count } of submissionCounts) expect(count).toBeGreaterThan(0);
  });

  it('has time left for whoever is under way, and none for whoever ran out of it', () => {
    const soon = Date.now() + 7 * 86_400_000;
    for (const { expiresAt } of withStatus('ACTIVE')) expect(Date.parse(expiresAt)).toBeGreaterThan(soon);
    for (const { expiresAt } of withStatus('TIMED_OUT'))
      expect(Date.parse(expiresAt)).toBeLessThan(Date.now());
  });

  it('has a wrong code and a request for a return to look at, and a rejection with its reason', () => {
    const awaiting = withStatus('AWAITING_REVIEW');
    expect(awaiting).toContainEqual(expect.objectContaining({ enteredCode: 'DOEN', codeMatched: false }));
    expect(awaiting).toContainEqual(
      expect.objectContaining({ returnRequested: expect.stringContaining('consent') }),
    );
    expect(withStatus('REJECTED')).toMatchObject([
      { rejectionMessage: expect.stringContaining('attention') },
    ]);
  });

  it('was filled by its codes: each change is told by its submission, as of when the code was handed in', () => {
    for (const { enteredCode, completedAt, startedAt, membershipChanges } of submissions.nodes) {
      const names = membershipChanges.map(
        ({ participantGroup }: { participantGroup: { name: string } }) => participantGroup.name,
      );
      const adds = enteredCode === 'DONE' || enteredCode === 'NO-DIARY';
      expect(names.includes('Wave 2 completers')).toBe(adds);
      expect(names.includes('Failed attention check')).toBe(enteredCode === 'FAILED');
      for (const change of membershipChanges)
        expect(change).toMatchObject({ cause: 'COMPLETION_CODE', actor: null, occurredAt: completedAt });
      if (completedAt !== null) expect(Date.parse(completedAt)).toBeGreaterThan(Date.parse(startedAt));
    }
  });

  it('let nobody start whom its filters would have kept out, but for what the codes did since', async () => {
    const query = `query ($id: ID!, $participantIds: [String!]!) { study(id: $id) {
      eligibilities(participantIds: $participantIds) { isEligible } } }`;
    const participantIds = submissions.nodes.map(
      ({ participant }: { participant: { participantId: string } }) => participant.participantId,
    );
    const { data } = await app.ask(token, query, { id: studyId, participantIds });
    expect(data.study.eligibilities).toEqual(
      submissions.nodes.map(({ enteredCode }: { enteredCode: string | null }) => ({
        isEligible: enteredCode !== 'FAILED',
      })),
    );
  });

  it.each(groupIds)('has a log that agrees with the members of group %#', async (groupId) => {
    await expectConsistent(app.sql, groupId);
  });

  it('knew nobody to join before they were first seen', async () => {
    const early =
      await app.sql(`SELECT 1 FROM participant JOIN membership ON membership.participant_key = participant.key
      JOIN membership_change AS change ON change.group_key = membership.group_key
        AND change.version = membership.joined_version
      WHERE change.occurred_at < participant.first_seen_at`);
    expect(early).toEqual([]);
  });

  it('stays as it is when it is seeded again', async () => {
    await app.ask(
      token,
      'mutation ($input: CompleteSubmissionInput!) { completeSubmission(input: $input) { __typename } }',
      {
        input: { submissionId: encodeGlobalId('Submission', demoIds.submission(19)), code: 'DONE' },
      },
    );
    const before = await submissionsOf();
    expect(await seedDemo(app.database, token)).toBe(true);
    expect(await submissionsOf()).toEqual(before);
  });
});
