import type { Viewer } from '../../access/viewer.ts';
import type { ReadScope } from '../../database/reader.ts';
import type { Context } from '../context.ts';
import { execute } from '../execution/execute.ts';
import type { LiveEvent } from '../live-stream.ts';
import { patiently } from '../patience.ts';
import { isUnreadable, unread } from './ends.ts';
import type { Subscriber } from './subscriber.ts';
import { ToldEvent } from './told-event.ts';

/**
 * Executes an event once for all who see it as one of them does. Where that is no answer for all it says why: 'personal'
 * is always so, 'failed' this time.
 * @throws GraphQLError BUSY where it could not be read for so long that there is no use in trying again
 */
export async function answerOnce(
  { args, context, viewer }: Pick<Subscriber, 'args' | 'context' | 'viewer'>,
  event: LiveEvent<unknown>,
  workspaceKeys: readonly number[],
  ended: AbortSignal,
): Promise<ToldEvent | 'personal' | 'failed'> {
  const attempt = async () => {
    const view = commonView(context, viewer, workspaceKeys);
    const result = await execute({ ...args, rootValue: event, contextValue: view.contextValue });
    return { ...result, isPersonal: view.isPersonal() };
  };
  const { isPersonal, ...result } = await patiently(attempt, ended, isUnreadable);
  if (isPersonal) return 'personal';
  if (event.cursor !== undefined && isUnreadable(result)) throw unread(result);
  const { data, errors } = result;
  // What went wrong is logged and told under the id of each request.
  return errors === undefined ? new ToldEvent(JSON.stringify({ data }), event.cursor) : 'failed';
}

/** What all share for whom an event is executed once. */
interface CommonView {
  readonly contextValue: Context;
  /** Whether something was asked for that is one viewer's own: then what was executed is nobody's answer. */
  readonly isPersonal: () => boolean;
}

/** Stands where something of one viewer would: notes that it was asked for, and throws. */
type Personal = () => never;

/**
 * A context for one event, as all see it who have this viewer's roles in these workspaces. Nothing else of anybody is in
 * it: whoever asks for more gets an error in its place, and the execution is known to be personal. What becomes part of
 * a viewer, a scope or a context has to be decided on here; nothing compiles before.
 */
function commonView(context: Context, viewer: Viewer, workspaceKeys: readonly number[]): CommonView {
  let isPersonal = false;
  const personal = (): never => {
    isPersonal = true;
    throw new Error('This is of one viewer alone');
  };
  const common = commonViewer(viewer, workspaceKeys, personal);
  const { store, publicUrl, live } = context;
  const contextValue: Context = {
    ...{ caller: common, viewer: common, scope: commonScope(context.scope, common, personal) },
    ...{ store, publicUrl, live, loaders: new Map() },
    get hasToken() {
      return personal();
    },
    get lastEventId() {
      return personal();
    },
    get gone() {
      return personal();
    },
    get sink() {
      return personal();
    },
    get toll() {
      return personal();
    },
  };
  return { contextValue, isPersonal: () => isPersonal };
}

function commonViewer(viewer: Viewer, workspaceKeys: readonly number[], personal: Personal): Viewer {
  const roles = workspaceKeys.flatMap((key) => {
    const role = viewer.roles.get(key);
    return role === undefined ? [] : [[key, role] as const];
  });
  return {
    roles: new Map(roles),
    isReadOnly: viewer.isReadOnly,
    get userId() {
      return personal();
    },
    get tokenId() {
      return personal();
    },
    get email() {
      return personal();
    },
    get expiresAt() {
      return personal();
    },
    get narrowedTo() {
      return personal();
    },
  };
}

function commonScope(
  { reader, bitmaps, keptParticipants, source }: ReadScope,
  { roles }: Viewer,
  personal: Personal,
): ReadScope {
  return {
    reader,
    // Of whole groups: what of them is shown is decided by who asks.
    bitmaps,
    // By their keys, which only those find who see what they are in.
    ...{ keptParticipants, source },
    workspaceKeys: [...roles.keys()],
    adminWorkspaceKeys: [...roles].filter(([, role]) => role === 'ADMIN').map(([key]) => key),
    get userId() {
      return personal();
    },
    get narrowedTo() {
      return personal();
    },
  };
}
