import type { App, GraphQLAnswer } from './app.ts';

/** What an edit of members answered: its payload's numbers, or an error's. */
export interface EditAnswer {
  readonly __typename: string;
  readonly addedCount?: number;
  readonly removedCount?: number;
  readonly keptCount?: number;
  readonly alreadyMemberCount?: number;
  readonly change?: { readonly version: number } | null;
  readonly message?: string;
}

const group = 'participantGroup { participantCount version }';
const selections = {
  addParticipantsToGroup: `AddParticipantsToGroupPayload { addedCount alreadyMemberCount change { version } ${group} }`,
  removeParticipantsFromGroup: `RemoveParticipantsFromGroupPayload { removedCount change { version } ${group} }`,
  replaceGroupParticipants: `ReplaceGroupParticipantsPayload { addedCount removedCount keptCount change { version } ${group} }`,
  revertParticipantGroup: `RevertParticipantGroupPayload { addedCount removedCount keptCount change { version } ${group} }`,
};

export type EditName = keyof typeof selections;

/** The document of an edit, aliased to `edit`. */
export function editDocument(name: EditName): string {
  const input = `${name.charAt(0).toUpperCase()}${name.slice(1)}Input`;
  return `mutation ($input: ${input}!) {
    edit: ${name}(input: $input) { __typename ... on ${selections[name]} ... on Error { message } }
  }`;
}

/** One edit of a group's members over HTTP. */
export function edit(
  { ask }: Pick<App, 'ask'>,
  token: string,
  name: EditName,
  input: { readonly participantGroupId: string } & Record<string, unknown>,
): Promise<GraphQLAnswer<{ edit: EditAnswer | null }>> {
  return ask(token, editDocument(name), { input });
}
