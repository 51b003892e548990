import { afterEach, expect, it } from 'vitest';
import { fillPlace } from '../access/fixtures/places.ts';
import { startApp } from '../support/app.ts';
import { createLab } from '../support/factories.ts';
import { fieldNames, fieldSelection } from '../support/schema-fields.ts';
import { unlimited } from '../support/unlimited.ts';

const app = await startApp({ rateLimits: unlimited() });
const lab = await createLab(app);
const { token } = lab.admin;
const place = await fillPlace(app, lab.workspaceId, lab.admin, lab.collaborator, 'only-here');
afterEach(() => expect(app.unexpected.splice(0)).toEqual([]));

const ofWorkspace = `workspace(id: "${place.Workspace}")`;
const ofGroup = `participantGroup(id: "${place.ParticipantGroup}")`;
const ofChange = `node(id: "${place.MembershipChange}") { ... on MembershipChange`;

/** Every way to rows of which no more is read than is asked for: what stands before a selection of their fields. */
const ways: readonly [type: string, way: string][] = [
  ['Workspace', `{ ${ofWorkspace} {`],
  ['Workspace', '{ viewer { workspaces(first: 1) { nodes {'],
  ['Workspace', `{ ${ofGroup} { workspace {`],
  ['Project', `{ project(id: "${place.Project}") {`],
  ['Project', `{ ${ofWorkspace} { projects(first: 1) { nodes {`],
  ['ParticipantGroup', `{ ${ofGroup} {`],
  ['ParticipantGroup', `{ ${ofWorkspace} { participantGroups(first: 1) { nodes {`],
  [
    'ParticipantGroup',
    `{ ${ofGroup} { participants(first: 1) { nodes { participantGroups(first: 1) { nodes {`,
  ],
  [
    'ParticipantParticipantGroupsEdge',
    `{ node(id: "${place.Participant}") { ... on Participant { participantGroups(first: 1) { edges {`,
  ],
  ['Participant', `{ ${ofWorkspace} { participants(first: 1) { nodes {`],
  ['Participant', `{ ${ofWorkspace} { participant(participantId: "${place.participantId}") {`],
  ['Participant', `{ ${ofWorkspace} { participantsByIds(participantIds: ["${place.participantId}"]) {`],
  ['Participant', `{ ${ofGroup} { participants(first: 1) { nodes {`],
  ['Participant', `{ ${ofGroup} { participants(first: 1, asOfVersion: 1) { nodes {`],
  ['Participant', `{ ${ofChange} { added(first: 1) { nodes {`],
  ['ParticipantGroupParticipantsEdge', `{ ${ofGroup} { participants(first: 1) { edges {`],
  ['ParticipantGroupParticipantsEdge', `{ ${ofGroup} { participants(first: 1, asOfVersion: 1) { edges {`],
];

it.each(ways)('each field of a %s, asked for alone by %s, finds what it needs', async (type, way) => {
  const end = '}'.repeat(way.split('{').length - 1);
  for (const field of fieldNames(type)) {
    const { data, errors } = await app.ask(token, `${way} ${fieldSelection(type, field, place)} ${end}`);
    expect(errors, field).toBeUndefined();
    expect(JSON.stringify(data), field).toContain(`"${field}":`);
  }
});
