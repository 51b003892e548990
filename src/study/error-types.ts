import type { FilterSetRow } from '../filter-set/loaders.ts';
import { FilterSetConnection, FilterSetRef } from '../filter-set/ref.ts';
import { builder } from '../graphql/builder.ts';
import { connect } from '../graphql/connection.ts';
import { ErrorInterface } from '../graphql/errors.ts';
import { batched } from '../graphql/loader.ts';
import { StudyStatusEnum } from './arguments.ts';
import { InvalidStudyStateError, StudyInUseError } from './errors.ts';
import { listStudies } from './listing.ts';
import { StudyConnection, StudyRef } from './ref.ts';
import { countNamingSets, loadNamingSets, namingSetOrder } from './set-loaders.ts';

const setPages = batched(loadNamingSets);
const setCounts = batched(countNamingSets);

builder.objectType(InvalidStudyStateError, {
  name: 'InvalidStudyStateError',
  description: "The study's status does not allow this; nothing was changed.",
  interfaces: [ErrorInterface],
  fields: (t) => ({
    current: t.field({
      type: StudyStatusEnum,
      description: 'Where it stands.',
      resolve: (error) => error.current,
    }),
    allowed: t.field({
      type: [StudyStatusEnum],
      description: 'Where it can go from there.',
      resolve: ({ allowed }) => [...allowed],
    }),
  }),
});

builder.objectType(StudyInUseError, {
  name: 'StudyInUseError',
  description: 'Filters name the study, and it was not deleted.',
  interfaces: [ErrorInterface],
  fields: (t) => ({
    studies: t.connection(
      {
        type: StudyRef,
        description: 'The other studies whose own filters name it.',
        resolve: ({ studyKey }, args, context) =>
          listStudies('StudyInUseError.studies', studyKey, { of: 'named study' }, args, context),
      },
      StudyConnection,
    ),
    filterSets: t.connection(
      {
        type: FilterSetRef,
        description: 'The filter sets that name it in any of their versions, deleted sets too.',
        resolve: ({ studyKey }, args, context) =>
          connect<FilterSetRow>(args, {
            field: 'StudyInUseError.filterSets',
            parent: studyKey,
            order: namingSetOrder,
            positionOf: ({ key }) => [key],
            load: (range) => setPages(context, range).load(studyKey),
            totalCount: () => setCounts(context, null).load(studyKey),
          }),
      },
      FilterSetConnection,
    ),
  }),
});
