import { builder } from '../graphql/builder.ts';
import type { StudyRow } from '../study/loaders.ts';
import type { EligibilityRow } from './loaders.ts';

/** An answer, and the study that it is about: who asked has read it. */
export const EligibilityRef = builder.objectRef<EligibilityRow & { readonly study: StudyRow }>('Eligibility');

/** What a field costs that looks through all members of the groups that filters name: as much as 200 objects. */
export const setWise = { points: 200 } as const;

/** What each pair of a study and a participant costs besides what its answer holds: a tree has up to 100 filters. */
export const pairWise = { pointsPerRow: 5 } as const;

/** What a field costs that looks at every active study of a workspace. */
export const studyWise = { points: 200 } as const;
