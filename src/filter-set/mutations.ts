import { VersionConflictError } from '../errors.ts';
import { builder } from '../graphql/builder.ts';
import { callOf, commonErrors, idempotencyKeyField, keptName } from '../graphql/inputs.ts';
import { perform } from '../graphql/mutation.ts';
import { checkInput, type InputCheck } from '../input.ts';
import { InvalidParticipantIdsError } from '../participant/errors.ts';
import { GroupDeletedError } from '../participant-group/errors.ts';
import { StudyFilterInput } from '../study-filter/arguments.ts';
import { readFilters } from '../study-filter/input-rules.ts';
import { FilterSetInUseError, FilterSetLockedError } from './errors.ts';
import { filterSetIdField, filterSetPath, filterSetPayload } from './payloads.ts';
import { updateFilterSet } from './service.ts';
import { deleteFilterSet, setLocked } from './state-service.ts';

const UpdateFilterSetInput = builder.inputType('UpdateFilterSetInput', {
  description: 'New values for a filter set; what is left out stays.',
  fields: (t) => ({
    filterSetId: filterSetIdField(t),
    name: t.string({ description: '1–200 characters.' }),
    filters: t.field({
      type: [StudyFilterInput],
      description:
        'All filters, in place of those of the newest version. They make the next version, unless they say the same.',
    }),
    expectedVersion: t.int({
      description: 'Refuses the edit with a VersionConflictError unless this is the newest version.',
    }),
    idempotencyKey: idempotencyKeyField(t),
  }),
});

builder.mutationField('updateFilterSet', (t) =>
  t.field({
    type: filterSetPayload('UpdateFilterSetPayload', 'The filter set that was edited.'),
    nullable: true,
    description:
      "Edits a filter set's name and filters. Its unpublished studies have the new filters at once, the others keep theirs. A deleted one is refused with an InvalidInputError. Needs COLLABORATOR.",
    args: { input: t.arg({ type: UpdateFilterSetInput, required: true, description: 'What to change.' }) },
    errors: {
      types: [
        ...commonErrors,
        InvalidParticipantIdsError,
        GroupDeletedError,
        FilterSetLockedError,
        VersionConflictError,
      ],
    },
    resolve: (_root, { input }, context) =>
      perform(context, ({ database }, viewer) => {
        const { call, edit } = checkInput((check) => checkEdit(input, check));
        return updateFilterSet(database, viewer, call, edit);
      }),
  }),
);

function checkEdit(input: typeof UpdateFilterSetInput.$inferInput, check: InputCheck) {
  const { filters, expectedVersion } = input;
  const path = ['input', 'filters'];
  if (filters === null) check.fail(path, 'This cannot be null. Give an empty list for no filters.');
  return {
    call: callOf('updateFilterSet', input, check),
    edit: {
      filterSetId: check.id(filterSetPath, input.filterSetId, 'FilterSet'),
      name: keptName(check, ['input', 'name'], input.name),
      filters: filters == null ? undefined : readFilters(check, path, filters),
      expectedVersion: expectedVersion ?? null,
    },
  };
}

const DeleteFilterSetInput = builder.inputType('DeleteFilterSetInput', {
  description: 'Which filter set to delete.',
  fields: (t) => ({ filterSetId: filterSetIdField(t), idempotencyKey: idempotencyKeyField(t) }),
});

builder.mutationField('deleteFilterSet', (t) =>
  t.field({
    type: filterSetPayload('DeleteFilterSetPayload', 'The filter set that was deleted.'),
    nullable: true,
    description:
      'Deletes a filter set: it leaves listings and takes no edits; studies that were published with it keep their filters. Needs COLLABORATOR.',
    args: { input: t.arg({ type: DeleteFilterSetInput, required: true, description: 'Which.' }) },
    errors: { types: [...commonErrors, FilterSetLockedError, FilterSetInUseError] },
    resolve: (_root, { input }, context) =>
      perform(context, ({ database }, viewer) => {
        const { call, filterSetId } = checkInput((check) => ({
          call: callOf('deleteFilterSet', input, check),
          filterSetId: check.id(filterSetPath, input.filterSetId, 'FilterSet'),
        }));
        return deleteFilterSet(database, viewer, call, filterSetId);
      }),
  }),
);

const LockFilterSetInput = builder.inputType('LockFilterSetInput', {
  description: 'Which filter set to lock.',
  fields: (t) => ({ filterSetId: filterSetIdField(t), idempotencyKey: idempotencyKeyField(t) }),
});

const UnlockFilterSetInput = builder.inputType('UnlockFilterSetInput', {
  description: 'Which filter set to unlock.',
  fields: (t) => ({ filterSetId: filterSetIdField(t), idempotencyKey: idempotencyKeyField(t) }),
});

function checkLock(mutation: string, input: typeof LockFilterSetInput.$inferInput, check: InputCheck) {
  return {
    call: callOf(mutation, input, check),
    filterSetId: check.id(filterSetPath, input.filterSetId, 'FilterSet'),
  };
}

builder.mutationField('lockFilterSet', (t) =>
  t.field({
    type: filterSetPayload('LockFilterSetPayload', 'The filter set that was locked.'),
    nullable: true,
    description:
      'Locks a filter set against edits and deletion; studies go on using it, and it can be duplicated. A deleted one is refused with an InvalidInputError. Needs COLLABORATOR.',
    args: { input: t.arg({ type: LockFilterSetInput, required: true, description: 'Which.' }) },
    errors: { types: commonErrors },
    resolve: (_root, { input }, context) =>
      perform(context, ({ database }, viewer) => {
        const { call, filterSetId } = checkInput((check) => checkLock('lockFilterSet', input, check));
        return setLocked(database, viewer, call, { filterSetId, isLocked: true });
      }),
  }),
);

builder.mutationField('unlockFilterSet', (t) =>
  t.field({
    type: filterSetPayload('UnlockFilterSetPayload', 'The filter set that was unlocked.'),
    nullable: true,
    description:
      'Lets a locked filter set be edited and deleted again. A deleted one is refused with an InvalidInputError. Needs COLLABORATOR.',
    args: { input: t.arg({ type: UnlockFilterSetInput, required: true, description: 'Which.' }) },
    errors: { types: commonErrors },
    resolve: (_root, { input }, context) =>
      perform(context, ({ database }, viewer) => {
        const { call, filterSetId } = checkInput((check) => checkLock('unlockFilterSet', input, check));
        return setLocked(database, viewer, call, { filterSetId, isLocked: false });
      }),
  }),
);
