import { recordAudit } from '../audit/service.ts';
import type { StudyStatus } from '../database/prisma/client.ts';
import type { Transaction } from '../database/transaction.ts';
import type { GivenNode } from '../study-filter/rules.ts';
import { writeTree } from '../study-filter/service.ts';
import { demoIds } from './people.ts';

interface DemoStudy {
  readonly name: string;
  readonly description: string;
  readonly project: 'memory' | 'attention';
  readonly status: StudyStatus;
  readonly places: number;
  readonly filters: readonly GivenNode[];
}

const groups = (kind: 'ALLOWLIST' | 'BLOCKLIST', ...numbers: readonly number[]): GivenNode => ({
  kind: `PARTICIPANT_GROUP_${kind}`,
  path: [],
  groupIds: numbers.map((number) => demoIds.group(number)),
  joinedWithinDays: null,
  joinedBeforeDays: null,
});

/** The story's studies: wave 2 lets in whoever completed wave 1, and nobody who failed the attention check. */
const demoStudies: readonly DemoStudy[] = [
  {
    name: 'Memory, wave 1',
    description: 'The first of three waves.',
    project: 'memory',
    status: 'COMPLETED',
    places: 300,
    filters: [groups('ALLOWLIST', 1)],
  },
  {
    name: 'Memory, wave 2',
    description: 'A month later, for the completers of wave 1.',
    project: 'memory',
    status: 'ACTIVE',
    places: 200,
    filters: [groups('ALLOWLIST', 2), groups('BLOCKLIST', 4)],
  },
  {
    name: 'Attention, main study',
    description: 'For the panel, or for whoever was in the pilot; a draft.',
    project: 'attention',
    status: 'UNPUBLISHED',
    places: 100,
    filters: [
      { kind: 'ANY', path: [], filters: [groups('ALLOWLIST', 6), groups('ALLOWLIST', 5)] },
      groups('BLOCKLIST', 4),
    ],
  },
];

/** Makes the demonstration's studies, once its groups are there. */
export async function seedStudies(transaction: Transaction, workspaceKey: number): Promise<void> {
  for (const [index, study] of demoStudies.entries()) {
    await seedStudy(transaction, workspaceKey, demoIds.study(index + 1), study);
  }
}

async function seedStudy(
  transaction: Transaction,
  workspaceKey: number,
  id: string,
  { name, description, project, status, places, filters }: DemoStudy,
): Promise<void> {
  const filterTreeKey = await writeTree(transaction, { workspaceKey, format: 'PROLIFIC' }, filters);
  const { key: projectKey } = await transaction.project.findUniqueOrThrow({
    where: { id: demoIds[project] },
  });
  const published = status === 'UNPUBLISHED' ? {} : { publishedAt: new Date() };
  await transaction.study.create({
    data: {
      ...{ id, workspaceKey, projectKey, filterTreeKey, name, description, status },
      totalAvailablePlaces: places,
      ...published,
    },
  });
  await recordAudit(transaction, {
    workspaceKey,
    actorId: demoIds.admin,
    action: 'STUDY_CREATED',
    subject: { type: 'Study', id, name },
  });
}
