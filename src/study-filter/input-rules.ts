import type { SubmissionStatus } from '../database/prisma/client.ts';
import type { InputCheck } from '../input.ts';
import {
  allStatuses,
  type BranchKind,
  type CustomListKind,
  deepestTree,
  type GivenNode,
  type GroupListKind,
  longestWindow,
  mostCustomIds,
  mostGroups,
  mostNodes,
  mostStudies,
  type StudyListKind,
} from './rules.ts';

type Path = readonly (string | number)[];

/** The input as GraphQL hands it over: exactly one member is to be given. */
export interface StudyFilterInputShape {
  readonly participantGroupAllowlist?: GroupListInputShape | null | undefined;
  readonly participantGroupBlocklist?: GroupListInputShape | null | undefined;
  readonly customAllowlist?: { readonly participantIds: readonly string[] } | null | undefined;
  readonly customBlocklist?: { readonly participantIds: readonly string[] } | null | undefined;
  readonly previousStudiesAllowlist?: StudyListInputShape | null | undefined;
  readonly previousStudiesBlocklist?: StudyListInputShape | null | undefined;
  readonly all?: readonly StudyFilterInputShape[] | null | undefined;
  readonly any?: readonly StudyFilterInputShape[] | null | undefined;
}

interface GroupListInputShape {
  readonly participantGroupIds: readonly string[];
  readonly joinedWithinDays?: number | null | undefined;
  readonly joinedBeforeDays?: number | null | undefined;
}

interface StudyListInputShape {
  readonly studyIds: readonly string[];
  readonly statuses?: readonly SubmissionStatus[] | null | undefined;
}

/** Reads the filters of an input: everything that is wrong is told with its path. */
export function readFilters(
  check: InputCheck,
  path: Path,
  filters: readonly StudyFilterInputShape[],
): GivenNode[] {
  const reader = new FilterReader(check);
  const nodes = reader.list(path, filters, 1);
  reader.finish(path);
  return nodes;
}

class FilterReader {
  readonly #check: InputCheck;
  #nodes = 0;
  #customIds = 0;

  constructor(check: InputCheck) {
    this.#check = check;
  }

  list(path: Path, filters: readonly StudyFilterInputShape[], level: number): GivenNode[] {
    if (level > deepestTree) {
      this.#check.fail(path, `At most ${deepestTree} levels are allowed.`);
      return [];
    }
    return filters.flatMap((filter, index) => this.#node([...path, index], filter, level));
  }

  finish(path: Path): void {
    if (this.#nodes > mostNodes)
      this.#check.fail(path, `At most ${mostNodes} filters are allowed; this has ${this.#nodes}.`);
    if (this.#customIds > mostCustomIds) {
      const found = this.#customIds;
      this.#check.fail(
        path,
        `At most ${mostCustomIds} custom participant IDs are allowed; this has ${found}.`,
      );
    }
  }

  #node(path: Path, filter: StudyFilterInputShape, level: number): GivenNode[] {
    this.#nodes += 1;
    const kind = this.#check.oneOf(path, filter);
    return kind === null ? [] : [this.#read([...path, kind], filter, level)];
  }

  #read(path: Path, filter: StudyFilterInputShape, level: number): GivenNode {
    const { participantGroupAllowlist, participantGroupBlocklist, customAllowlist, customBlocklist } = filter;
    const { previousStudiesAllowlist, previousStudiesBlocklist, all, any } = filter;
    if (participantGroupAllowlist != null)
      return this.#groups('PARTICIPANT_GROUP_ALLOWLIST', path, participantGroupAllowlist);
    if (participantGroupBlocklist != null)
      return this.#groups('PARTICIPANT_GROUP_BLOCKLIST', path, participantGroupBlocklist);
    if (customAllowlist != null)
      return this.#custom('CUSTOM_ALLOWLIST', path, customAllowlist.participantIds);
    if (customBlocklist != null)
      return this.#custom('CUSTOM_BLOCKLIST', path, customBlocklist.participantIds);
    if (previousStudiesAllowlist != null)
      return this.#studies('PREVIOUS_STUDIES_ALLOWLIST', path, previousStudiesAllowlist, ['APPROVED']);
    if (previousStudiesBlocklist != null)
      return this.#studies('PREVIOUS_STUDIES_BLOCKLIST', path, previousStudiesBlocklist, allStatuses);
    return this.#branch(all != null ? 'ALL' : 'ANY', path, all ?? any ?? [], level);
  }

  #groups(kind: GroupListKind, path: Path, given: GroupListInputShape): GivenNode {
    const listPath = [...path, 'participantGroupIds'];
    const groupIds = this.#ids(listPath, given.participantGroupIds, 'ParticipantGroup', mostGroups);
    const joinedWithinDays = this.#days([...path, 'joinedWithinDays'], given.joinedWithinDays ?? null);
    const joinedBeforeDays = this.#days([...path, 'joinedBeforeDays'], given.joinedBeforeDays ?? null);
    if (joinedWithinDays !== null && joinedBeforeDays !== null && joinedBeforeDays > joinedWithinDays) {
      this.#check.fail(
        path,
        'Nobody joined both within and before these days: joinedBeforeDays must not be more.',
      );
    }
    return { kind, path, groupIds, joinedWithinDays, joinedBeforeDays };
  }

  #custom(kind: CustomListKind, path: Path, participantIds: readonly string[]): GivenNode {
    if (participantIds.length === 0)
      this.#check.fail([...path, 'participantIds'], 'At least one participant ID is needed.');
    this.#customIds += participantIds.length;
    return { kind, path: [...path, 'participantIds'], participantIds };
  }

  #studies(
    kind: StudyListKind,
    path: Path,
    given: StudyListInputShape,
    otherwise: readonly SubmissionStatus[],
  ): GivenNode {
    const studyIds = this.#ids([...path, 'studyIds'], given.studyIds, 'Study', mostStudies);
    const statuses = given.statuses ?? otherwise;
    if (statuses.length === 0) this.#check.fail([...path, 'statuses'], 'At least one status is needed.');
    this.#refuseDoubles([...path, 'statuses'], statuses);
    return { kind, path, studyIds, statuses };
  }

  #branch(kind: BranchKind, path: Path, filters: readonly StudyFilterInputShape[], level: number): GivenNode {
    if (filters.length === 0) this.#check.fail(path, 'At least one filter is needed.');
    return { kind, path, filters: this.list(path, filters, level + 1) };
  }

  #ids(path: Path, ids: readonly string[], type: string, most: number): string[] {
    if (ids.length === 0) this.#check.fail(path, 'At least one id is needed.');
    if (ids.length > most) this.#check.fail(path, `At most ${most} ids are allowed; this has ${ids.length}.`);
    this.#refuseDoubles(path, ids);
    return ids.map((id, index) => this.#check.id([...path, index], id, type));
  }

  #days(path: Path, days: number | null): number | null {
    if (days !== null && (days < 1 || days > longestWindow))
      this.#check.fail(path, `Expected 1 to ${longestWindow} days, but got ${days}.`);
    return days;
  }

  #refuseDoubles(path: Path, values: readonly string[]): void {
    const seen = new Set<string>();
    for (const [index, value] of values.entries()) {
      if (seen.has(value)) this.#check.fail([...path, index], 'This is named twice.');
      seen.add(value);
    }
  }
}
