import { type Page, type PageRange, pageClause, readCounts, readPages } from '../database/pages.ts';
import type { StudyStatus } from '../database/prisma/client.ts';
import type { ReadScope } from '../database/reader.ts';
import { nothing, type Sql, sql, verbatim } from '../database/sql.ts';
import { reviveStudy, type StudyRow, studyColumns, studyOrder } from './loaders.ts';
import { feedsGroup, isOpen, namesGroup, treesNaming, usesGroup } from './open.ts';

/** Which studies of a parent: all of a workspace or project, or those whose filters or codes name a group or a study. */
export type StudyListing =
  | { readonly of: 'workspace' | 'project'; readonly status: readonly StudyStatus[] | null }
  | { readonly of: 'group' | 'fed group' | 'using group' | 'named study' };

/** A study in a list; of one of a group that studies' codes edit, with that group. */
export interface ListedStudy extends StudyRow {
  readonly fedGroupKey?: number;
}

/** A page of studies of each parent. */
export function loadStudyPages(
  scope: ReadScope,
  parents: readonly number[],
  { listing, range }: { readonly listing: StudyListing; readonly range: PageRange },
): Promise<Page<ListedStudy>[]> {
  const beside = listing.of === 'fed group' ? sql`, parent.key AS "fedGroupKey"` : nothing;
  const select = sql`SELECT ${studyColumns} ${beside} FROM study
    WHERE ${condition(listing)} ${pageClause(studyOrder, range)}`;
  return readPages<ListedStudy>(scope.reader, parents, range, select, reviveStudy);
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
    case 'fed group':
      return feedsGroup(parentKey);
    case 'using group':
      return sql`${usesGroup(parentKey)} AND ${isOpen}`;
    case 'named study':
      return sql`study.filter_set_key IS NULL AND study.filter_tree_key IN (${treesNaming(parentKey)})`;
  }
}

function inStatus(status: readonly StudyStatus[] | null): Sql {
  return status === null ? nothing : sql`AND study.status = ANY(${status}::text[]::study_status[])`;
}
