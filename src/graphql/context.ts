import type { Viewer } from '../access/viewer.ts';
import type { Database } from '../database/client.ts';
import type { KeyedQueue } from '../database/queue.ts';
import type { ReadScope } from '../database/reader.ts';

/** What services write through. */
export interface Store {
  readonly database: Database;
  /** Writers of one group, one after the other. */
  readonly groupQueue: KeyedQueue;
}

/** What every resolver is given; made anew for each request. */
export interface Context {
  readonly viewer: Viewer | null;
  /** What this viewer's reads may see. */
  readonly scope: ReadScope;
  readonly store: Store;
}

/** The one context factory, whatever the transport. */
export function createContext(store: Store, viewer: Viewer | null): Context {
  return {
    viewer,
    store,
    scope: {
      reader: store.database.reader,
      userId: viewer?.userId ?? '00000000-0000-0000-0000-000000000000',
      get workspaceKeys() {
        return [...(viewer?.roles.keys() ?? [])];
      },
      get adminWorkspaceKeys() {
        return [...(viewer?.roles ?? [])].filter(([, role]) => role === 'ADMIN').map(([key]) => key);
      },
      narrowedTo: viewer?.narrowedTo ?? null,
    },
  };
}
