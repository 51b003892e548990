import type { Touch } from '../database/commits.ts';

/** Told that a group's members have this version, or may have. */
export type GroupListener = (version: number) => void;
/** Told what of a workspace was edited; nothing where it is only known that something may have been. */
export type WorkspaceListener = (touches: readonly Touch[]) => void;

/** Who on this node watches which groups and workspaces. A wake-up is a reason to look, and nothing more. */
export class WakeUps {
  readonly #groups = new Watched<GroupListener>();
  readonly #workspaces = new Watched<WorkspaceListener>();
  readonly #ofErasures = new Set<(workspaceKey: number) => void>();
  #unsettled = new Set<number>();

  /** Answers with what ends it, here and below. */
  watchGroup(key: number, listener: GroupListener): () => void {
    return this.#groups.add(key, listener);
  }

  watchWorkspace(key: number, listener: WorkspaceListener): () => void {
    this.#unsettled.add(key);
    return this.#workspaces.add(key, listener);
  }

  /** Told of workspaces of which somebody was erased: nothing that was read before is to be told again. */
  watchErasures(listener: (workspaceKey: number) => void): () => void {
    this.#ofErasures.add(listener);
    return () => this.#ofErasures.delete(listener);
  }

  watchedGroups(): number[] {
    return this.#groups.keys();
  }

  watchedWorkspaces(): number[] {
    return this.#workspaces.keys();
  }

  /**
   * The workspaces that were heard of, or began to be watched, since this was last asked. Whoever watches them may have
   * seen what no look has: that all is as it was at the last look does not mean that nothing is to be told.
   */
  takeUnsettled(): ReadonlySet<number> {
    const unsettled = this.#unsettled;
    this.#unsettled = new Set();
    return unsettled;
  }

  /** Gives back what was taken for a look that came to nothing. */
  unsettle(workspaceKeys: ReadonlySet<number>): void {
    for (const key of workspaceKeys) this.#unsettled.add(key);
  }

  wake(touches: readonly Touch[]): void {
    for (const workspaceKey of new Set(touches.map((touch) => touch.workspaceKey))) {
      if (this.#workspaces.has(workspaceKey)) this.#unsettled.add(workspaceKey);
      const own = touches.filter((touch) => touch.workspaceKey === workspaceKey);
      for (const listener of this.#workspaces.of(workspaceKey)) listener(own);
      if (own.some(({ kind }) => kind === 'erasure'))
        for (const listener of this.#ofErasures) listener(workspaceKey);
    }
    for (const { kind, row, version } of touches)
      if (kind === 'group' && typeof row === 'number') this.wakeGroup(row, version);
  }

  wakeGroup(key: number, version: number): void {
    for (const listener of this.#groups.of(key)) listener(version);
  }

  wakeWorkspace(key: number): void {
    for (const listener of this.#workspaces.of(key)) listener([]);
  }
}

/** Listeners by what they watch. */
class Watched<Listener> {
  readonly #listeners = new Map<number, Set<Listener>>();

  add(key: number, listener: Listener): () => void {
    const own = this.#listeners.get(key) ?? new Set();
    this.#listeners.set(key, own.add(listener));
    return () => {
      own.delete(listener);
      if (own.size === 0 && this.#listeners.get(key) === own) this.#listeners.delete(key);
    };
  }

  of(key: number): Iterable<Listener> {
    return this.#listeners.get(key) ?? [];
  }

  has(key: number): boolean {
    return this.#listeners.has(key);
  }

  keys(): number[] {
    return [...this.#listeners.keys()];
  }
}
