import { createUser, ensureToken } from '../access/first-admin.ts';
import { changesBetween } from '../audit/rules.ts';
import { recordAudit } from '../audit/service.ts';
import type { Database } from '../database/client.ts';
import { inModelTransaction, type ModelTransaction, type Transaction } from '../database/transaction.ts';
import { applyChange, membersAt, membersNotIn, nobody, these } from '../membership/change.ts';
import { ensureParticipants } from '../participant/service.ts';
import type { LockedGroup } from '../participant-group/access.ts';
import { nameKey } from '../participant-group/rules.ts';
import { demoIds } from './people.ts';
import { type DemoEdit, type DemoGroup, demoStory } from './story.ts';
import { seedStudies } from './studies.ts';
import { seedSubmissions } from './submissions.ts';

const seedLock = 72_707_370;

/**
 * Fills an empty database with the demonstration, all of it or nothing; one that has users is left as it is. Returns
 * whether the demonstration is there, with `secret` as its admin's token. Safe with several nodes at once.
 */
export async function seedDemo(database: Database, secret: string): Promise<boolean> {
  return inModelTransaction(database, async (transaction) => {
    await transaction.$queryRaw`SELECT 1 FROM (SELECT pg_advisory_xact_lock(${seedLock})) AS locked`;
    if ((await transaction.user.count()) === 0) await seed(transaction);
    const admin = await transaction.user.findUnique({ where: { id: demoIds.admin } });
    if (admin === null) return false;
    await ensureToken(transaction, admin.id, 'Demonstration', secret);
    return true;
  });
}

async function seed(transaction: ModelTransaction): Promise<void> {
  await createUser(transaction, { id: demoIds.admin, name: 'Ada Admin', email: 'ada@lab.example' });
  await createUser(transaction, {
    id: demoIds.colleague,
    name: 'Cleo Collaborator',
    email: 'cleo@lab.example',
  });
  const workspaceKey = await seedWorkspace(transaction);
  await seedTrail(transaction, workspaceKey);
  for (const [index, group] of demoStory.entries())
    await seedGroup(transaction, workspaceKey, index + 1, group);
  await seedStudies(transaction, workspaceKey);
  await seedSubmissions(transaction);
  await spreadOverWeeks(transaction);
}

async function seedWorkspace(transaction: ModelTransaction): Promise<number> {
  const { key } = await transaction.workspace.create({
    data: {
      id: demoIds.workspace,
      title: 'Demonstration lab',
      description: 'A lab with two projects and 500 participants, to try things on.',
      participantIdFormat: 'PROLIFIC',
      members: {
        create: [
          { userId: demoIds.admin, role: 'ADMIN' },
          { userId: demoIds.colleague, role: 'COLLABORATOR' },
        ],
      },
      projects: {
        create: [
          { id: demoIds.memory, title: 'Memory over time', description: 'Three waves, a month apart.' },
          { id: demoIds.attention, title: 'Attention' },
        ],
      },
    },
  });
  return key;
}

/** What the audit log says of how it began. */
async function seedTrail(transaction: Transaction, workspaceKey: number): Promise<void> {
  const { admin, colleague, workspace, memory, attention } = demoIds;
  const begin = { workspaceKey, actorId: admin };
  const title = { type: 'Workspace', id: workspace, name: 'Demonstration lab' };
  await recordAudit(transaction, { ...begin, action: 'WORKSPACE_CREATED', subject: title });
  const user = { type: 'User', id: colleague, name: 'Cleo Collaborator' };
  const changes = changesBetween({ role: null }, { role: 'COLLABORATOR' });
  await recordAudit(transaction, { ...begin, action: 'MEMBER_ADDED', subject: user, changes });
  for (const [id, name] of [
    [memory, 'Memory over time'],
    [attention, 'Attention'],
  ] as const) {
    await recordAudit(transaction, {
      ...begin,
      action: 'PROJECT_CREATED',
      subject: { type: 'Project', id, name },
    });
  }
}

async function seedGroup(
  transaction: ModelTransaction,
  workspaceKey: number,
  number: number,
  { name, description, project, edits }: DemoGroup,
): Promise<void> {
  const id = demoIds.group(number);
  const projectKey = project === null ? null : await projectKeyOf(transaction, demoIds[project]);
  const data = { id, workspaceKey, projectKey, name, nameKey: nameKey(name), description };
  let group: LockedGroup = await transaction.participantGroup.create({ data });
  await recordAudit(transaction, {
    workspaceKey,
    actorId: demoIds.admin,
    action: 'PARTICIPANT_GROUP_CREATED',
    subject: { type: 'ParticipantGroup', id, name },
    changes: changesBetween({}, { name, description }),
  });
  for (const edit of edits) {
    const { version, participantCount } = await seedEdit(transaction, group, edit);
    group = { ...group, version: version ?? group.version, participantCount };
  }
}

async function projectKeyOf(transaction: ModelTransaction, id: string): Promise<number> {
  const { key } = await transaction.project.findUniqueOrThrow({ where: { id }, select: { key: true } });
  return key;
}

async function seedEdit(
  transaction: Transaction,
  group: LockedGroup,
  { by, kind, participantIds, note }: DemoEdit,
) {
  const named = these(await ensureParticipants(transaction, group.workspaceKey, participantIds));
  const before = membersAt(group, group.version - 1);
  const edits = {
    add: { joining: named, leaving: nobody, cause: 'MANUAL' },
    remove: { joining: nobody, leaving: named, cause: 'MANUAL' },
    replace: { joining: named, leaving: membersNotIn(group, named), cause: 'REPLACEMENT' },
    undo: { joining: before, leaving: membersNotIn(group, before), cause: 'REVERSION' },
  } as const;
  return applyChange(transaction, group, { ...edits[kind], note, actorId: demoIds[by] });
}

/**
 * Lets the story have taken weeks, so that there is a past to look at: the newest edit by hand is a day older than the
 * publication of wave 2, whose submissions have times of their own.
 */
async function spreadOverWeeks(transaction: Transaction): Promise<void> {
  await transaction.$executeRaw`
    UPDATE membership_change AS change
    SET occurred_at = occurred_at - make_interval(days => 21 + 14 * (by_hand.last - change.version))
    FROM (SELECT group_key, max(version) AS last FROM membership_change WHERE submission_key IS NULL GROUP BY group_key)
      AS by_hand WHERE by_hand.group_key = change.group_key AND change.submission_key IS NULL`;
  await transaction.$executeRaw`
    UPDATE participant_group SET last_change_at = change.last, created_at = now() - interval '60 days' + make_interval(hours => key),
      updated_at = now() - interval '60 days' + make_interval(hours => key)
    FROM (SELECT group_key, min(occurred_at) AS first, max(occurred_at) AS last FROM membership_change GROUP BY group_key)
      AS change WHERE change.group_key = participant_group.key`;
  await transaction.$executeRaw`
    UPDATE study SET created_at = now() - interval '60 days', updated_at = now() - interval '60 days'`;
  await transaction.$executeRaw`UPDATE audit_entry SET occurred_at = now() - interval '60 days'`;
  await transaction.$executeRaw`
    UPDATE audit_entry SET occurred_at = participant_group.created_at
    FROM participant_group WHERE audit_entry.subject = 'ParticipantGroup:' || participant_group.id`;
  await transaction.$executeRaw`
    UPDATE participant SET first_seen_at = joined.first
    FROM (SELECT membership.participant_key, min(change.occurred_at) AS first
      FROM membership JOIN membership_change AS change
        ON change.group_key = membership.group_key AND change.version = membership.joined_version
      GROUP BY membership.participant_key) AS joined WHERE joined.participant_key = participant.key`;
}
