import { encodeGlobalId } from '../global-id.ts';
import { builder } from '../graphql/builder.ts';
import type { Context } from '../graphql/context.ts';
import { liveEvents } from '../graphql/live-stream.ts';
import { idArgument } from '../graphql/read-arguments.ts';
import { notFound } from '../graphql/read-errors.ts';
import type { GroupRow } from '../participant-group/loaders.ts';
import { ParticipantGroupRef } from '../participant-group/ref.ts';
import type { StudyRow } from '../study/loaders.ts';
import { StudyRef } from '../study/ref.ts';
import type { WorkspaceRow } from '../workspace/loaders.ts';
import { WorkspaceRef } from '../workspace/ref.ts';
import type { Listed } from './workspace-feed.ts';
import { WorkspaceSource } from './workspace-source.ts';

/** A row as it stands by now; exactly one of them. */
interface Shown {
  readonly participantGroup: GroupRow | null;
  readonly study: StudyRow | null;
  readonly deletedStudyId: string | null;
}

const WorkspaceChangeEvent = builder.objectRef<Shown>('WorkspaceChangeEvent').implement({
  description:
    'A group or a study of the workspace that has changed, as it stands now. Exactly one of the fields is set.',
  fields: (t) => ({
    participantGroup: t.field({
      type: ParticipantGroupRef,
      nullable: true,
      description: 'A group that was created, edited, deleted or restored, or whose members have changed.',
      resolve: ({ participantGroup }) => participantGroup,
    }),
    study: t.field({
      type: StudyRef,
      nullable: true,
      description: 'A study that was created, edited or moved, or of which submissions have changed.',
      resolve: ({ study }) => study,
    }),
    deletedStudyId: t.exposeID('deletedStudyId', {
      nullable: true,
      description: 'Id of a Study that is gone: an unpublished one that was deleted.',
    }),
  }),
});

builder.subscriptionField('workspaceChanges', (t) =>
  t.field({
    type: WorkspaceChangeEvent,
    description:
      'What lists of groups and studies show has changed: the newest state, coalesced, at least once; a row is told about twice a second at most. Nothing is told at first: refetch once the stream is open, which its first heartbeat shows, and after every reconnect. Ends with NOT_FOUND once the workspace may not be seen.',
    args: { workspaceId: t.arg.id({ required: true, description: 'Id of a Workspace.' }) },
    subscribe: (_root, { workspaceId }, context) => {
      const id = idArgument('workspaceId', workspaceId, 'Workspace');
      return liveEvents(context, () => openWorkspace(context, id));
    },
    resolve: ({ root }, _args, context) => show(root, context),
  }),
);

/** @throws GraphQLError NOT_FOUND for a workspace that the viewer may not see, BusyError */
async function openWorkspace(context: Context, id: string): Promise<WorkspaceSource> {
  const workspace: WorkspaceRow | null = await WorkspaceRef.getDataloader(context).load(id);
  if (workspace === null) throw notFound([encodeGlobalId('Workspace', id)]);
  return new WorkspaceSource(context.live, workspace).opened();
}

/** @throws GraphQLError NOT_FOUND for a group that the viewer may not see any more */
async function show({ kind, id }: Listed, context: Context): Promise<Shown> {
  const nothing: Shown = { participantGroup: null, study: null, deletedStudyId: null };
  if (kind === 'group') {
    const participantGroup: GroupRow | null = await ParticipantGroupRef.getDataloader(context).load(id);
    if (participantGroup === null) throw notFound([encodeGlobalId('ParticipantGroup', id)]);
    return { ...nothing, participantGroup };
  }
  const study: StudyRow | null = await StudyRef.getDataloader(context).load(id);
  return study === null ? { ...nothing, deletedStudyId: encodeGlobalId('Study', id) } : { ...nothing, study };
}
