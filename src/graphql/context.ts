import type DataLoader from 'dataloader';
import type { Viewer } from '../access/viewer.ts';
import type { Database } from '../database/client.ts';
import type { KeyedQueue } from '../database/queue.ts';
import type { Reader, ReadScope } from '../database/reader.ts';
import type { Live } from '../live/live.ts';
import type { Sink } from './fan-out/told-event.ts';
import type { Toll } from './rate-limit/event-bill.ts';

/** What services write through. */
export interface Store {
  readonly database: Database;
  /** Writers of one study's submissions, of one group, and starts of one participant, one after the other; studies first. */
  readonly queue: KeyedQueue;
}

/** A request's loaders, by the function that they load with and the arguments that it is given as text. */
type RequestLoaders = Map<unknown, Map<string, DataLoader<unknown, unknown>>>;

/** What every resolver is given; made anew for each request. */
export interface Context {
  /** Who sent the request, or null. */
  readonly caller: Viewer | null;
  /** Whose view the answer shows: the caller's, or the user's whom redeeming an invitation has made. */
  viewer: Viewer | null;
  /** Whether the request came with a token, though it may be good for nothing. */
  readonly hasToken: boolean;
  /** What this viewer's reads may see. */
  scope: ReadScope;
  /** What has been read for this answer. */
  readonly loaders: RequestLoaders;
  readonly store: Store;
  /** Where participants' browsers reach this gateway, without a slash at the end. */
  readonly publicUrl: string;
  /** What changes reach subscribers through. */
  readonly live: Live;
  /** Where a client that lost its connection was, as its `Last-Event-ID` header says; null without one. */
  readonly lastEventId: string | null;
  /** Aborted when who asked has hung up. */
  readonly gone: AbortSignal;
  /** Where the events of a subscription go, from its transport. */
  readonly sink?: Sink;
  /** What they cost. */
  readonly toll?: Toll;
}

/** The one context factory, whatever the transport; `reader` is what the operation reads by if not by the store's. */
export function createContext(
  store: Store,
  caller: Viewer | null,
  request: Pick<Context, 'hasToken' | 'publicUrl' | 'live' | 'lastEventId' | 'gone'>,
  reader?: Reader,
): Context {
  const scope = new ViewerScope(store, caller, reader);
  return { ...request, caller, viewer: caller, store, scope, loaders: new Map() };
}

/** A context for one event of a stream: fresh loaders, and the viewer as they have just been looked at. */
export function contextOfEvent(context: Context, viewer: Viewer): Context {
  const scope = new ViewerScope(context.store, viewer);
  return { ...context, caller: viewer, viewer, scope, loaders: new Map() };
}

/** Shows the rest of the answer as this viewer sees it. */
export function showAs(context: Context, viewer: Viewer): void {
  context.viewer = viewer;
  context.scope = new ViewerScope(context.store, viewer);
}

class ViewerScope implements ReadScope {
  readonly reader: Reader;
  readonly bitmaps: ReadScope['bitmaps'];
  readonly keptParticipants: ReadScope['keptParticipants'];
  readonly source: object;
  readonly userId: string;
  readonly narrowedTo: number | null;
  readonly #roles: Viewer['roles'] | undefined;

  constructor({ database }: Store, viewer: Viewer | null, reader: Reader = database.reader) {
    this.reader = reader;
    this.bitmaps = database.bitmaps;
    this.keptParticipants = database.keptParticipants;
    this.source = database.keptParticipants.source;
    this.userId = viewer?.userId ?? '00000000-0000-0000-0000-000000000000';
    this.narrowedTo = viewer?.narrowedTo ?? null;
    this.#roles = viewer?.roles;
  }

  get workspaceKeys(): number[] {
    return [...(this.#roles?.keys() ?? [])];
  }

  get adminWorkspaceKeys(): number[] {
    return [...(this.#roles ?? [])].filter(([, role]) => role === 'ADMIN').map(([key]) => key);
  }
}
