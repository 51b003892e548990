import { builder } from '../graphql/builder.ts';
import type { EligibilityRow } from './loaders.ts';

export const EligibilityRef = builder.objectRef<EligibilityRow>('Eligibility');
