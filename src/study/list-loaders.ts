import { type Page, type PageRange, pageClause, readCounts, readPages } from '../database/pages.ts';
import type { StudyStatus } from '../database/prisma/client.ts';
import type { ReadScope } from '../database/reader.ts';
import { nothing, type Sql, sql, verbatim } from '../database/sql.ts';
import { reviveStudy, type StudyRow, studyColumns, studyOrder } from './loaders.ts';
import { isOpen, namesGroup, treesNaming } from './open.ts';

/** Which studies of a parent: all of a workspace or project, or those whose filters name a group or a study. */
export type StudyListing =
  | { readonly of: 'workspace' | 'project'; readonly status: readonly StudyStatus[] | null }
  | { readonly of: 'group' | 'using group' | 'named study' };

/** A page of studies of each parent. */
export function loadStudyPages(
  scope: ReadScope,
  parents: readonly number[],
  { listing, range }: { readonly listing: StudyListing; readonly range: PageRange },
): Promise<Page<StudyRow>[]> {
  const select = sql`SELECT ${studyColumns} FROM study
    WHERE ${condition(listing)} ${pageClause(studyOrder, range)}`;
  return readPages(scope.reader, parents, range, select, reviveStudy);
}

/** How many studies each parent has. */
export function countStudies(
  scope: ReadScope,
  parents: readonly number[],
  listing: StudyListing,
): Promise<number[]> {
  return readCounts(scope.reader, parents, sql`SELECT 1 FROM study WHERE ${condition(listing)}`);
}

const parentKey = verbatim('parent.key');

function condition(listing: StudyListing): Sql {
  switch (listing.of) {
    case 'workspace':
      return sql`study.workspace_key = parent.key ${inStatus(listing.status)}`;
    case 'project':
      return sql`study.project_key = parent.key ${inStatus(listing.status)}`;
    case 'group':
      return namesGroup(parentKey);
    case 'using group':
      return sql`${namesGroup(parentKey)} AND ${isOpen}`;
    case 'named study':
      return sql`study.filter_set_key IS NULL AND study.filter_tree_key IN (${treesNaming(parentKey)})`;
  }
}

function inStatus(status: readonly StudyStatus[] | null): Sql {
  return status === null ? nothing : sql`AND study.status = ANY(${status}::text[]::study_status[])`;
}
