import { recordAudit } from '../audit/service.ts';
import type { GivenAction, GivenCode } from '../completion-code/rules.ts';
import { writeCodes } from '../completion-code/service.ts';
import { codeChanges } from '../completion-code/trail.ts';
import type { StudyStatus } from '../database/prisma/client.ts';
import type { ModelTransaction } from '../database/transaction.ts';
import type { GivenNode } from '../study-filter/rules.ts';
import { writeTree } from '../study-filter/service.ts';
import { demoIds } from './people.ts';

interface DemoStudy {
  readonly name: string;
  readonly description: string;
  readonly project: 'memory' | 'attention';
  readonly status: StudyStatus;
  /** Null for a draft. */
  readonly publishedDaysAgo: number | null;
  readonly places: number;
  readonly maximumMinutes: number | null;
  readonly filters: readonly GivenNode[];
  readonly codes: readonly GivenCode[];
}

const groups = (kind: 'ALLOWLIST' | 'BLOCKLIST', ...numbers: readonly number[]): GivenNode => ({
  kind: `PARTICIPANT_GROUP_${kind}`,
  path: [],
  groupIds: numbers.map((number) => demoIds.group(number)),
  joinedWithinDays: null,
  joinedBeforeDays: null,
});

const action = (kind: GivenAction['kind'], group?: number): GivenAction => ({
  kind,
  groupId: group === undefined ? null : demoIds.group(group),
  returnReason: kind === 'REQUEST_RETURN' ? 'You did not consent to the follow-up: please return it.' : null,
});

const twoWeeks = 14 * 24 * 60;

const approve = action('AUTOMATICALLY_APPROVE');
const review = action('MANUALLY_REVIEW');
const addToCompleters = action('ADD_TO_PARTICIPANT_GROUP', 7);
const remindNoMore = action('REMOVE_FROM_PARTICIPANT_GROUP', 3);
const keepOut = action('ADD_TO_PARTICIPANT_GROUP', 4);

/**
 * The story's studies: wave 2 lets in whoever completed wave 1, and nobody who failed the attention check. Wave 1's
 * completers were listed by hand; wave 2's codes do that by themselves.
 */
const demoStudies: readonly DemoStudy[] = [
  {
    name: 'Memory, wave 1',
    description: 'The first of three waves.',
    project: 'memory',
    status: 'COMPLETED',
    publishedDaysAgo: 59,
    places: 300,
    maximumMinutes: null,
    filters: [groups('ALLOWLIST', 1)],
    codes: [],
  },
  {
    name: 'Memory, wave 2',
    description: 'A month later, for the completers of wave 1.',
    project: 'memory',
    status: 'ACTIVE',
    publishedDaysAgo: 20,
    places: 200,
    maximumMinutes: twoWeeks,
    filters: [groups('ALLOWLIST', 2), groups('BLOCKLIST', 4)],
    codes: [
      { code: 'DONE', codeType: 'COMPLETED', actions: [approve, addToCompleters, remindNoMore] },
      { code: 'NO-DIARY', codeType: 'OTHER', actions: [review, addToCompleters, remindNoMore] },
      { code: 'FAILED', codeType: 'FAILED_ATTENTION_CHECK', actions: [review, keepOut] },
      { code: 'NO-CONSENT', codeType: 'NO_CONSENT', actions: [action('REQUEST_RETURN')] },
    ],
  },
  {
    name: 'Attention, main study',
    description: 'For the panel, or for whoever was in the pilot; a draft.',
    project: 'attention',
    status: 'UNPUBLISHED',
    publishedDaysAgo: null,
    places: 100,
    maximumMinutes: 60,
    filters: [
      { kind: 'ANY', path: [], filters: [groups('ALLOWLIST', 6), groups('ALLOWLIST', 5)] },
      groups('BLOCKLIST', 4),
    ],
    codes: [
      { code: 'DONE', codeType: 'COMPLETED', actions: [approve] },
      { code: 'FAILED', codeType: 'FAILED_ATTENTION_CHECK', actions: [review, keepOut] },
    ],
  },
];

/** Makes the demonstration's studies, once its groups are there. */
export async function seedStudies(transaction: ModelTransaction, workspaceKey: number): Promise<void> {
  for (const [index, study] of demoStudies.entries()) {
    await seedStudy(transaction, workspaceKey, demoIds.study(index + 1), study);
  }
}

async function seedStudy(
  transaction: ModelTransaction,
  workspaceKey: number,
  id: string,
  { name, description, project, status, publishedDaysAgo, places, maximumMinutes, filters, codes }: DemoStudy,
): Promise<void> {
  const filterTreeKey = await writeTree(transaction, { workspaceKey, format: 'PROLIFIC' }, filters);
  const { key: projectKey } = await transaction.project.findUniqueOrThrow({
    where: { id: demoIds[project] },
  });
  const { key } = await transaction.study.create({
    data: {
      ...{ id, workspaceKey, projectKey, filterTreeKey, name, description, status, maximumMinutes },
      totalAvailablePlaces: places,
      publishedAt: publishedDaysAgo === null ? null : new Date(Date.now() - publishedDaysAgo * 86_400_000),
    },
    select: { key: true },
  });
  await writeCodes(transaction, { workspaceKey, key }, codes);
  await recordAudit(transaction, {
    workspaceKey,
    actorId: demoIds.admin,
    action: 'STUDY_CREATED',
    subject: { type: 'Study', id, name },
    changes: codeChanges([], codes),
  });
}
