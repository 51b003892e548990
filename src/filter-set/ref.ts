import { builder } from '../graphql/builder.ts';
import { nodeRef } from '../graphql/node.ts';
import { loadFilterSets, loadFilterSetVersions } from './loaders.ts';

export const FilterSetRef = nodeRef('FilterSet', loadFilterSets);

export const FilterSetVersionRef = nodeRef('FilterSetVersion', loadFilterSetVersions);

export const FilterSetConnection = builder.connectionObject(
  { type: FilterSetRef, name: 'FilterSetConnection', description: 'A page of filter sets.' },
  { description: 'A filter set in a list.' },
);

export const FilterSetVersionConnection = builder.connectionObject(
  {
    type: FilterSetVersionRef,
    name: 'FilterSetVersionConnection',
    description: "A page of a filter set's versions.",
  },
  { description: 'A version of a filter set in a list.' },
);
