import { type Page, type PageRange, pageClause, readCounts, readPages } from '../database/pages.ts';
import type { SubmissionStatus } from '../database/prisma/client.ts';
import type { ReadScope } from '../database/reader.ts';
import { nothing, type Sql, sql } from '../database/sql.ts';
import { effectiveStatus } from '../study/open.ts';
import { reviveSubmission, type SubmissionRow, submissionColumns } from './loaders.ts';

/** Newest first. */
export const submissionOrder = {
  name: 'newest',
  columns: [{ expression: 'submission.key', type: 'int' }],
  descending: true,
} as const;

/** Whose submissions: a participant's, or a study's in some statuses; null for all. */
export type SubmissionListing =
  | { readonly of: 'participant' }
  | { readonly of: 'study'; readonly status: readonly SubmissionStatus[] | null };

/** A page of submissions of each parent. */
export function loadSubmissionPages(
  scope: ReadScope,
  parents: readonly number[],
  { listing, range }: { readonly listing: SubmissionListing; readonly range: PageRange },
): Promise<Page<SubmissionRow>[]> {
  const select = sql`SELECT ${submissionColumns} FROM submission
    WHERE ${condition(listing)} ${pageClause(submissionOrder, range)}`;
  return readPages(scope.reader, parents, range, select, reviveSubmission);
}

/** How many submissions each parent has. */
export function countSubmissions(
  scope: ReadScope,
  parents: readonly number[],
  listing: SubmissionListing,
): Promise<number[]> {
  return readCounts(scope.reader, parents, sql`SELECT 1 FROM submission WHERE ${condition(listing)}`);
}

function condition(listing: SubmissionListing): Sql {
  if (listing.of === 'participant') return sql`submission.participant_key = parent.key`;
  return sql`submission.study_key = parent.key ${inStatus(listing.status)}`;
}

/** The recorded status is looked at as well: an index has it, and only time turns one into another. */
function inStatus(statuses: readonly SubmissionStatus[] | null): Sql {
  if (statuses === null) return nothing;
  const recorded = statuses.includes('TIMED_OUT') ? [...statuses, 'ACTIVE'] : statuses;
  return sql`AND submission.status = ANY(${recorded}::text[]::submission_status[])
    AND ${effectiveStatus} = ANY(${statuses}::text[]::submission_status[])`;
}

/** How many submissions of a study there are in each status; a status without any is left out. */
export type StatusCounts = Readonly<Partial<Record<SubmissionStatus, number>>>;

/** The submissions of each study, counted by status in one statement. */
export async function loadStatusCounts(
  scope: ReadScope,
  studyKeys: readonly number[],
): Promise<StatusCounts[]> {
  const found = await scope.reader.rows<{ counts: StatusCounts | null }>(sql`
    SELECT counted.counts FROM unnest(${studyKeys}::int[]) WITH ORDINALITY AS parent(key, position)
    CROSS JOIN LATERAL (SELECT json_object_agg(status, count) AS counts FROM (
      SELECT ${effectiveStatus} AS status, count(*)::int AS count FROM submission
      WHERE submission.study_key = parent.key GROUP BY 1) AS each) AS counted
    ORDER BY parent.position`);
  return found.map(({ counts }) => counts ?? {});
}
