import { builder } from '../graphql/builder.ts';
import type { StudyRow } from '../study/loaders.ts';
import type { EligibilityRow } from './loaders.ts';

/** An answer, and the study that it is about: who asked has read it. */
export const EligibilityRef = builder.objectRef<EligibilityRow & { readonly study: StudyRow }>('Eligibility');
