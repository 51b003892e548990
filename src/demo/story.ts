import { demoParticipants } from './people.ts';

/** One edit of a demonstration group. */
export interface DemoEdit {
  readonly by: 'admin' | 'colleague';
  readonly kind: 'add' | 'remove' | 'replace' | 'undo';
  readonly participantIds: readonly string[];
  readonly note: string;
}

/** A demonstration group and what happened to it. */
export interface DemoGroup {
  readonly name: string;
  readonly description: string;
  readonly project: 'memory' | 'attention' | null;
  readonly edits: readonly DemoEdit[];
}

/** A lab's year: wave 1, its completers into wave 2, the inattentive out of everything, and second thoughts on the way. */
export const demoStory: readonly DemoGroup[] = [
  {
    name: 'Wave 1 invited',
    description: 'Everyone who was asked to take the first wave of the memory study.',
    project: 'memory',
    edits: [
      {
        by: 'admin',
        kind: 'add',
        participantIds: demoParticipants(0, 300),
        note: 'First batch of invitations',
      },
      {
        by: 'colleague',
        kind: 'add',
        participantIds: demoParticipants(280, 400),
        note: 'Second batch: too few answers',
      },
    ],
  },
  {
    name: 'Wave 1 completers',
    description: 'Finished wave 1 and passed its checks.',
    project: 'memory',
    edits: [
      { by: 'admin', kind: 'add', participantIds: demoParticipants(0, 200), note: 'Completed by Friday' },
      { by: 'colleague', kind: 'add', participantIds: demoParticipants(200, 260), note: 'Stragglers' },
      {
        by: 'admin',
        kind: 'remove',
        participantIds: demoParticipants(0, 260, 26),
        note: 'Failed the attention check on a second look',
      },
    ],
  },
  {
    name: 'Wave 2 invited',
    description: 'The completers of wave 1 who agreed to come back, and have not yet.',
    project: 'memory',
    edits: [
      {
        by: 'admin',
        kind: 'add',
        participantIds: demoParticipants(1, 200, 3),
        note: 'Said yes to the follow-up',
      },
      {
        by: 'colleague',
        kind: 'replace',
        participantIds: demoParticipants(1, 260, 2),
        note: 'The list was from the wrong sheet',
      },
      { by: 'colleague', kind: 'undo', participantIds: [], note: 'No, it was the right one' },
    ],
  },
  {
    name: 'Failed attention check',
    description: 'To be kept out of everything.',
    project: null,
    edits: [
      { by: 'admin', kind: 'add', participantIds: demoParticipants(0, 260, 26), note: 'Wave 1' },
      {
        by: 'colleague',
        kind: 'add',
        participantIds: demoParticipants(400, 430, 5),
        note: 'Pilot of the attention study',
      },
    ],
  },
  {
    name: 'Attention pilot',
    description: 'The pilot of the attention study; some took the memory study as well.',
    project: 'attention',
    edits: [
      { by: 'colleague', kind: 'add', participantIds: demoParticipants(380, 500), note: 'Pilot' },
      {
        by: 'colleague',
        kind: 'remove',
        participantIds: demoParticipants(400, 430, 5),
        note: 'Failed the attention check',
      },
    ],
  },
  {
    name: 'Panel 2026',
    description: 'People who want to hear of every new study.',
    project: null,
    edits: [
      {
        by: 'admin',
        kind: 'add',
        participantIds: demoParticipants(0, 500, 4),
        note: 'Signed up on the web site',
      },
    ],
  },
  {
    name: 'Wave 2 completers',
    description: 'Filled by the completion codes of wave 2; nobody keeps it by hand.',
    project: 'memory',
    edits: [],
  },
];
