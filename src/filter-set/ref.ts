import { builder } from '../graphql/builder.ts';
import { nodeRef } from '../graphql/node.ts';
import { loadFilterSets, loadFilterSetVersions } from './loaders.ts';

export const FilterSetRef = nodeRef('FilterSet', loadFilterSets);

export const FilterSetVersionRef = nodeRef('FilterSetVersion', loadFilterSetVersions);

export const FilterSetConnection = builder.connectionObject(
  { type: FilterSetRef, name: 'FilterSetConnection', description: 'A page of filter sets.' },
  { description: 'A filter set in a list.' },
);
