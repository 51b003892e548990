import type { Viewer } from '../../access/viewer.ts';
import type { Live } from '../../live/live.ts';
import type { Source } from '../live-stream.ts';
import { unauthenticated } from '../read-errors.ts';
import { standingOf } from './likeness.ts';

/** What a look at a viewer found: how they stand by now, or what their stream ends with. */
export type Finding = { readonly viewer: Viewer; readonly standing: string } | { readonly end: unknown };

/** Looks at the rights to a source again, in one look for all of these viewers. */
export async function lookAtRights(
  live: Live,
  source: Source<unknown>,
  viewers: ReadonlySet<Viewer>,
): Promise<(viewer: Viewer) => Finding> {
  const looked = await live.lookAgain(viewers);
  const findings = new Map<Viewer, Finding>();
  for (const [asked, viewer] of looked) findings.set(asked, findingOf(source, viewer));
  return (viewer) => findings.get(viewer) ?? { end: unauthenticated() };
}

function findingOf(source: Source<unknown>, viewer: Viewer | null): Finding {
  if (viewer === null) return { end: unauthenticated() };
  try {
    source.requireVisible(viewer);
    return { viewer, standing: standingOf(viewer, source.workspaceKeys) };
  } catch (end) {
    return { end };
  }
}
