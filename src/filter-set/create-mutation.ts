import { builder } from '../graphql/builder.ts';
import { callOf, commonErrors, idempotencyKeyField } from '../graphql/inputs.ts';
import { perform } from '../graphql/mutation.ts';
import { checkInput } from '../input.ts';
import { InvalidParticipantIdsError } from '../participant/errors.ts';
import { GroupDeletedError } from '../participant-group/errors.ts';
import { StudyFilterInput } from '../study-filter/arguments.ts';
import { readFilters } from '../study-filter/input-rules.ts';
import { createFilterSet, duplicateFilterSet } from './create-service.ts';
import { filterSetIdField, filterSetPath, filterSetPayload } from './payloads.ts';

const CreateFilterSetInput = builder.inputType('CreateFilterSetInput', {
  description: 'A new filter set.',
  fields: (t) => ({
    workspaceId: t.id({ required: true, description: 'Id of the Workspace that it belongs to.' }),
    name: t.string({ required: true, description: '1–200 characters; need not be unique.' }),
    filters: t.field({
      type: [StudyFilterInput],
      required: true,
      description: 'Who passes all of these passes; without any, everyone does.',
    }),
    idempotencyKey: idempotencyKeyField(t),
  }),
});

builder.mutationField('createFilterSet', (t) =>
  t.field({
    type: filterSetPayload('CreateFilterSetPayload', 'The filter set that was made.'),
    nullable: true,
    description: 'Makes a filter set; its filters are version 1. Needs COLLABORATOR.',
    args: {
      input: t.arg({ type: CreateFilterSetInput, required: true, description: 'The new filter set.' }),
    },
    errors: { types: [...commonErrors, InvalidParticipantIdsError, GroupDeletedError] },
    resolve: (_root, { input }, context) =>
      perform(context, ({ database }, viewer) => {
        const { call, data } = checkInput((check) => ({
          call: callOf('createFilterSet', input, check),
          data: {
            workspaceId: check.id(['input', 'workspaceId'], input.workspaceId, 'Workspace'),
            name: check.name(['input', 'name'], input.name),
            filters: readFilters(check, ['input', 'filters'], input.filters),
          },
        }));
        return createFilterSet(database, viewer, call, data);
      }),
  }),
);

const DuplicateFilterSetInput = builder.inputType('DuplicateFilterSetInput', {
  description: 'Which filter set to duplicate.',
  fields: (t) => ({
    filterSetId: filterSetIdField(t),
    name: t.string({ required: true, description: 'Name of the new one; 1–200 characters.' }),
    idempotencyKey: idempotencyKeyField(t),
  }),
});

builder.mutationField('duplicateFilterSet', (t) =>
  t.field({
    type: filterSetPayload('DuplicateFilterSetPayload', 'The filter set that was made.'),
    nullable: true,
    description:
      'Makes a filter set whose version 1 is the newest version of another, which may be locked or deleted. Needs COLLABORATOR.',
    args: { input: t.arg({ type: DuplicateFilterSetInput, required: true, description: 'Which.' }) },
    errors: { types: [...commonErrors, GroupDeletedError] },
    resolve: (_root, { input }, context) =>
      perform(context, ({ database }, viewer) => {
        const { call, data } = checkInput((check) => ({
          call: callOf('duplicateFilterSet', input, check),
          data: {
            filterSetId: check.id(filterSetPath, input.filterSetId, 'FilterSet'),
            name: check.name(['input', 'name'], input.name),
          },
        }));
        return duplicateFilterSet(database, viewer, call, data);
      }),
  }),
);
