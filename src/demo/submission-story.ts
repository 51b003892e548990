/** What became of a submission, once its code was handed in. */
type Review = { readonly move: 'approve' | 'return' } | { readonly move: 'reject'; readonly message: string };

/** A submission to wave 2, and what happened to it. */
export interface DemoSubmission {
  /** Of a participant, as `demoParticipantId` takes it. */
  readonly participant: number;
  readonly startedHoursAgo: number;
  /** What the participant handed in, if they did. */
  readonly handIn?: { readonly code: string; readonly hoursAgo: number };
  readonly review?: Review;
}

function done(participant: number, startedHoursAgo: number, hoursAgo: number): DemoSubmission {
  return { participant, startedHoursAgo, handIn: { code: 'DONE', hoursAgo } };
}

/** Wave 2 so far, in the order of starting and of handing in; the first ran out of time. */
export const demoSubmissions: readonly DemoSubmission[] = [
  { participant: 3, startedHoursAgo: 384 },
  done(4, 330, 328),
  done(5, 310, 309),
  done(7, 290, 267),
  {
    participant: 8,
    startedHoursAgo: 270,
    handIn: { code: 'NO-DIARY', hoursAgo: 260 },
    review: { move: 'approve' },
  },
  done(9, 250, 249),
  {
    participant: 11,
    startedHoursAgo: 230,
    handIn: { code: 'NO-CONSENT', hoursAgo: 229 },
    review: { move: 'return' },
  },
  done(12, 200, 180),
  done(13, 170, 169),
  done(14, 150, 130),
  done(15, 120, 119),
  { participant: 16, startedHoursAgo: 100, handIn: { code: 'DOEN', hoursAgo: 99 } },
  { participant: 17, startedHoursAgo: 72, handIn: { code: 'NO-DIARY', hoursAgo: 60 } },
  { participant: 18, startedHoursAgo: 48, handIn: { code: 'NO-DIARY', hoursAgo: 47 } },
  {
    participant: 19,
    startedHoursAgo: 30,
    handIn: { code: 'FAILED', hoursAgo: 29 },
    review: { move: 'reject', message: 'Two of the three attention checks were missed.' },
  },
  { participant: 21, startedHoursAgo: 12, handIn: { code: 'FAILED', hoursAgo: 11 } },
  { participant: 22, startedHoursAgo: 9, handIn: { code: 'NO-CONSENT', hoursAgo: 8 } },
  done(23, 5, 4),
  { participant: 24, startedHoursAgo: 3 },
  { participant: 25, startedHoursAgo: 1 },
];
