import type { Touch } from '../database/commits.ts';
import type { RowKey } from '../database/rows.ts';
import { BusyError } from '../errors.ts';
import type { Live } from '../live/live.ts';
import { type Feed, SharedFeeds } from '../live/shared-feeds.ts';
import { type ListedKind, loadStandings, type Standing } from './feed-loaders.ts';

/** From one look to the next it takes so long at least, in ms: as often as one row may be told. */
const pauseMilliseconds = 500;
/** After looks that came to nothing, in ms; twice as long each time. */
const longestRetry = 30_000;

/** What of a workspace is to be told: a group or a study that stands otherwise, or is gone. */
export interface Listed {
  readonly kind: ListedKind;
  /** A UUID. */
  readonly id: string;
}

export type WorkspaceListener = (listed: readonly Listed[]) => void;

/**
 * What the lists of a workspace show, read once on this node however many subscribers it has. It knows how each row stood
 * when it was looked at last, and tells the rows that stand otherwise. Who says which rows they edited saves the look at
 * all of them; where nobody does, all are looked at, so that no edit is lost with the word of it.
 */
export class WorkspaceFeed implements Feed<WorkspaceListener> {
  readonly #live: Live;
  readonly #workspaceKey: number;
  readonly #listeners = new Set<WorkspaceListener>();
  readonly #endWatching: () => void;
  readonly #opening: Promise<void>;
  readonly #known = new Map<string, Standing>();
  #edited: Record<ListedKind, Set<RowKey>> = { group: new Set(), study: new Set() };
  /** Whether something was edited, and nobody knows what. */
  #isUnclear = false;
  #failure: unknown;
  #timesBusy = 0;
  #notBefore = 0;
  #timer: NodeJS.Timeout | undefined;
  #isLooking = true;

  constructor(live: Live, workspaceKey: number) {
    this.#live = live;
    this.#workspaceKey = workspaceKey;
    this.#endWatching = live.wakeUps.watchWorkspace(workspaceKey, (touches) => this.#wake(touches));
    this.#opening = this.#open();
  }

  /** Told what stands otherwise. */
  listen(listener: WorkspaceListener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  hasListeners(): boolean {
    return this.#listeners.size > 0;
  }

  close(): void {
    clearTimeout(this.#timer);
    this.#endWatching();
  }

  /** Resolves once everything that is edited from now on is told. @throws BusyError when that cannot be for now */
  opened(): Promise<void> {
    return this.#opening;
  }

  /** @throws what went wrong: what is edited is not told any more */
  requireSound(): void {
    if (this.#failure !== undefined) throw this.#failure;
  }

  async #open(): Promise<void> {
    const standings = await loadStandings(this.#live.reader, this.#workspaceKey, 'all');
    for (const standing of standings) this.#known.set(standing.id, standing);
    this.#isLooking = false;
    this.#goOn();
  }

  #wake(touches: readonly Touch[]): void {
    for (const { kind, row } of touches) if (isListed(kind)) this.#edited[kind].add(row);
    // An edit of a filter set gives its drafts other filters, and says nothing of them.
    this.#isUnclear ||= touches.length === 0 || touches.some(({ kind }) => !isListed(kind));
    this.#goOn();
  }

  /** Looks as soon as it may, if there is a reason to. */
  #goOn(): void {
    const { group, study } = this.#edited;
    if (this.#isLooking || !this.hasListeners()) return;
    if (!this.#isUnclear && group.size + study.size === 0) return;
    this.#timer ??= setTimeout(
      () => {
        this.#timer = undefined;
        void this.#look();
      },
      Math.max(0, this.#notBefore - Date.now()),
    );
  }

  async #look(): Promise<void> {
    this.#isLooking = true;
    this.#notBefore = Date.now() + pauseMilliseconds;
    try {
      const told = await this.#read();
      this.#timesBusy = 0;
      this.#tell(told);
    } catch (error) {
      this.#isUnclear = true;
      if (error instanceof BusyError) this.#retry();
      else this.#fail(error);
    }
    this.#isLooking = false;
    this.#goOn();
  }

  async #read(): Promise<Listed[]> {
    const edited = { group: [...this.#edited.group], study: [...this.#edited.study] };
    const which = this.#isUnclear ? 'all' : edited;
    this.#edited = { group: new Set(), study: new Set() };
    this.#isUnclear = false;
    const standings = await loadStandings(this.#live.reader, this.#workspaceKey, which);
    return [
      ...this.#gone(standings, which === 'all' ? [...this.#known.keys()] : edited.study),
      ...this.#moved(standings),
    ];
  }

  /** The rows that stand otherwise than they are known to. */
  #moved(standings: readonly Standing[]): Listed[] {
    const moved = standings.filter(({ id, stamp }) => this.#known.get(id)?.stamp !== stamp);
    for (const standing of moved) this.#known.set(standing.id, standing);
    return moved;
  }

  /** Of the rows that were looked for, those that were known and were not found. */
  #gone(standings: readonly Standing[], sought: readonly RowKey[]): Listed[] {
    const found = new Set(standings.map(({ id }) => id));
    return sought.flatMap((id) => {
      const known = typeof id === 'string' && !found.has(id) ? this.#known.get(id) : undefined;
      if (known === undefined) return [];
      this.#known.delete(known.id);
      return [known];
    });
  }

  #tell(listed: readonly Listed[]): void {
    if (listed.length > 0) for (const listener of this.#listeners) listener(listed);
  }

  #retry(): void {
    this.#notBefore = Date.now() + Math.min(longestRetry, 2 * pauseMilliseconds * 2 ** this.#timesBusy);
    this.#timesBusy += 1;
  }

  #fail(error: unknown): void {
    this.#failure = error;
    for (const listener of this.#listeners) listener([]);
  }
}

function isListed(kind: Touch['kind']): kind is ListedKind {
  return kind === 'group' || kind === 'study';
}

const feeds = new SharedFeeds<WorkspaceListener, WorkspaceFeed>();

/** The workspace's feed on this node. */
export function followWorkspace(live: Live, workspaceKey: number, listener: WorkspaceListener) {
  return feeds.follow(live, workspaceKey, () => new WorkspaceFeed(live, workspaceKey), listener);
}
