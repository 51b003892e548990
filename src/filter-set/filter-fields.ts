import { builder, type RefOf } from '../graphql/builder.ts';
import { batched } from '../graphql/loader.ts';
import { loadTrees } from '../study-filter/loaders.ts';
import type { StoredNode } from '../study-filter/rules.ts';
import { FilterSetVersionRef } from './ref.ts';

const trees = batched(loadTrees);

/** Adds `FilterSetVersion.filters`, of the union of all kinds of filters. */
export function addVersionFilters(StudyFilterUnion: RefOf<StoredNode>): void {
  builder.objectField(FilterSetVersionRef, 'filters', (t) =>
    t.field({
      type: [StudyFilterUnion],
      description: 'Its filters; their top level is an implicit `all`.',
      resolve: async ({ filterTreeKey }, _args, context) => {
        const { filters } = await trees(context, null).load(filterTreeKey);
        return [...filters];
      },
    }),
  );
}
