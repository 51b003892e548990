import type { App } from './app.ts';

interface Answer {
  readonly participantGroup: {
    readonly participants: { readonly nodes: readonly { readonly participantId: string }[] };
  };
}

/** The participant IDs of a group's first 100 members, in order of joining; now, or as of a version. */
export async function membersOf(
  app: App,
  token: string,
  groupId: string,
  asOfVersion?: number,
): Promise<string[]> {
  const query = `query ($id: ID!, $asOfVersion: Int) {
    participantGroup(id: $id) {
      participants(first: 100, asOfVersion: $asOfVersion) { nodes { participantId } }
    }
  }`;
  const { data } = await app.ask<Answer>(token, query, { id: groupId, asOfVersion });
  return data.participantGroup.participants.nodes.map(({ participantId }) => participantId);
}
