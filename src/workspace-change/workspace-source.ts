import type { Viewer } from '../access/viewer.ts';
import { encodeGlobalId } from '../global-id.ts';
import type { Source } from '../graphql/live-stream.ts';
import { notFound } from '../graphql/read-errors.ts';
import { Waiting } from '../graphql/waiting.ts';
import type { Live } from '../live/live.ts';
import { followWorkspace, type Listed, type WorkspaceFeed } from './workspace-feed.ts';

interface WatchedWorkspace {
  readonly key: number;
  readonly id: string;
}

/**
 * What the lists of a workspace show and has changed, a row an event. A row that changes again before it is told is told
 * once: whoever is slow has each row waiting here once at most.
 */
export class WorkspaceSource implements Source<Listed> {
  readonly workspaceKeys: readonly number[];
  readonly #live: Live;
  readonly #workspace: WatchedWorkspace;
  readonly #feed: WorkspaceFeed;
  readonly #end: () => void;
  readonly #waiting = new Waiting();
  readonly #pending = new Map<string, Listed>();

  constructor(live: Live, workspace: WatchedWorkspace) {
    this.workspaceKeys = [workspace.key];
    this.#live = live;
    this.#workspace = workspace;
    const { feed, end } = followWorkspace(live, workspace.key, (listed) => {
      for (const each of listed) this.#pending.set(each.id, each);
      this.#waiting.wake();
    });
    this.#feed = feed;
    this.#end = end;
  }

  /** The same once it tells everything that is edited from now on. @throws BusyError */
  async opened(): Promise<this> {
    try {
      await this.#feed.opened();
      return this;
    } catch (error) {
      this.close();
      throw error;
    }
  }

  async take() {
    this.#feed.requireSound();
    this.#waiting.reset();
    const [next] = this.#pending.values();
    if (next === undefined) return null;
    this.#pending.delete(next.id);
    return { root: next };
  }

  wait(signal: AbortSignal): Promise<void> {
    return this.#waiting.wait(signal);
  }

  requireVisible(viewer: Viewer): void {
    if (!viewer.roles.has(this.#workspace.key))
      throw notFound([encodeGlobalId('Workspace', this.#workspace.id)]);
  }

  /** There is but one place: everything is told. */
  place(): 'nothing pending' | null {
    return this.#pending.size === 0 ? 'nothing pending' : null;
  }

  fork(): WorkspaceSource {
    const fork = new WorkspaceSource(this.#live, this.#workspace);
    for (const [id, listed] of this.#pending) fork.#pending.set(id, listed);
    return fork;
  }

  close(): void {
    this.#end();
  }
}
