import { CompletionCodeInput } from '../completion-code/arguments.ts';
import { readCodes } from '../completion-code/input-rules.ts';
import { mostCodes } from '../completion-code/rules.ts';
import { VersionConflictError } from '../errors.ts';
import { encodeGlobalId } from '../global-id.ts';
import { builder } from '../graphql/builder.ts';
import { callOf, commonErrors, idempotencyKeyField, keptName, keptText } from '../graphql/inputs.ts';
import { perform } from '../graphql/mutation.ts';
import { checkInput, type InputCheck, longestDescription } from '../input.ts';
import { InvalidParticipantIdsError } from '../participant/errors.ts';
import { GroupDeletedError } from '../participant-group/errors.ts';
import { StudyFilterInput } from '../study-filter/arguments.ts';
import { readFilters } from '../study-filter/input-rules.ts';
import { type DeletedStudy, deleteStudy } from './delete-service.ts';
import { InvalidStudyStateError, StudyInUseError } from './errors.ts';
import { studyIdField, studyPath, studyPayload } from './payloads.ts';
import { mostMinutes, mostPlaces } from './rules.ts';
import { updateStudy } from './service.ts';

const whileUnpublished = 'Only while the study is UNPUBLISHED.';

const UpdateStudyInput = builder.inputType('UpdateStudyInput', {
  description: 'New values for a study; what is left out stays.',
  fields: (t) => ({
    studyId: studyIdField(t),
    name: t.string({ description: '1–200 characters.' }),
    internalName: t.string({ description: '1–200 characters; null clears it.' }),
    description: t.string({ description: 'Up to 2,000 characters; null clears it.' }),
    totalAvailablePlaces: t.int({
      description:
        '1–1,000,000, and not below `placesTaken`. More places make a study ACTIVE again that approved submissions had completed; one that was stopped stays so.',
    }),
    maximumMinutes: t.int({ description: `1–525,600; null for no end. ${whileUnpublished}` }),
    filters: t.field({
      type: [StudyFilterInput],
      description: `Filters of its own in place of all that it has; null or an empty list for none. A study of a filter set leaves the set. ${whileUnpublished}`,
    }),
    filterSetId: t.id({
      description: `Id of a FilterSet to take the filters from, not together with \`filters\`; null leaves the set and keeps a copy of its filters. ${whileUnpublished}`,
    }),
    completionCodes: t.field({
      type: [CompletionCodeInput],
      description: `Completion codes in place of all that it has, at most ${mostCodes}; null or an empty list for none. ${whileUnpublished}`,
    }),
    expectedRevision: t.int({
      description: 'Refuses the edit with a VersionConflictError unless this is the current revision.',
    }),
    idempotencyKey: idempotencyKeyField(t),
  }),
});

builder.mutationField('updateStudy', (t) =>
  t.field({
    type: studyPayload('UpdateStudyPayload', 'The study that was edited.'),
    nullable: true,
    description: "Edits a study's own fields, filters and completion codes. Needs COLLABORATOR.",
    args: { input: t.arg({ type: UpdateStudyInput, required: true, description: 'What to change.' }) },
    errors: {
      types: [
        ...commonErrors,
        InvalidParticipantIdsError,
        GroupDeletedError,
        InvalidStudyStateError,
        VersionConflictError,
      ],
    },
    resolve: (_root, { input }, context) =>
      perform(context, ({ database }, viewer) => {
        const { call, edit } = checkInput((check) => checkStudyEdit(input, check));
        return updateStudy(database, viewer, call, edit);
      }),
  }),
);

type UpdateShape = typeof UpdateStudyInput.$inferInput;

const at = (field: string) => ['input', field];

function checkStudyEdit(input: UpdateShape, check: InputCheck) {
  const { internalName, maximumMinutes, expectedRevision } = input;
  return {
    call: callOf('updateStudy', input, check),
    edit: {
      studyId: check.id(studyPath, input.studyId, 'Study'),
      name: keptName(check, at('name'), input.name),
      internalName: internalName == null ? internalName : check.name(at('internalName'), internalName),
      description: keptText(check, at('description'), input.description, longestDescription),
      totalAvailablePlaces: keptPlaces(input.totalAvailablePlaces, check),
      maximumMinutes:
        maximumMinutes == null
          ? maximumMinutes
          : check.int(at('maximumMinutes'), maximumMinutes, 1, mostMinutes),
      ...keptFilters(input, check),
      completionCodes: keptCodes(input.completionCodes, check),
      expectedRevision: expectedRevision ?? null,
    },
  };
}

function keptPlaces(places: number | null | undefined, check: InputCheck): number | undefined {
  const path = at('totalAvailablePlaces');
  if (places === null) check.fail(path, 'This cannot be cleared. Leave it out to keep what is there.');
  return places == null ? undefined : check.int(path, places, 1, mostPlaces);
}

function keptCodes(codes: UpdateShape['completionCodes'], check: InputCheck) {
  return codes === undefined ? undefined : readCodes(check, at('completionCodes'), codes ?? []);
}

/** A null beside a value of the other says nothing: who gives a set has no filters, and who gives filters no set. */
function keptFilters({ filters, filterSetId }: UpdateShape, check: InputCheck) {
  if (filters != null && filterSetId != null)
    check.fail(at('filterSetId'), 'Give filters or filterSetId, not both.');
  if (filterSetId != null)
    return { filters: undefined, filterSetId: check.id(at('filterSetId'), filterSetId, 'FilterSet') };
  if (filters === undefined) return { filters, filterSetId };
  return { filters: readFilters(check, at('filters'), filters ?? []), filterSetId: undefined };
}

const DeleteStudyInput = builder.inputType('DeleteStudyInput', {
  description: 'Which study to delete.',
  fields: (t) => ({ studyId: studyIdField(t), idempotencyKey: idempotencyKeyField(t) }),
});

const DeleteStudyPayload = builder.objectRef<DeletedStudy>('DeleteStudyPayload').implement({
  description: 'The study that is gone.',
  fields: (t) => ({
    deletedStudyId: t.id({
      description: 'Its id, which is of nothing now.',
      resolve: ({ studyId }) => encodeGlobalId('Study', studyId),
    }),
  }),
});

builder.mutationField('deleteStudy', (t) =>
  t.field({
    type: DeleteStudyPayload,
    nullable: true,
    description:
      'Deletes an unpublished study for good, with its completion codes, unless filters name it. Needs COLLABORATOR.',
    args: { input: t.arg({ type: DeleteStudyInput, required: true, description: 'Which study.' }) },
    errors: { types: [...commonErrors, InvalidStudyStateError, StudyInUseError] },
    resolve: (_root, { input }, context) =>
      perform(context, ({ database }, viewer) => {
        const { call, id } = checkInput((check) => ({
          call: callOf('deleteStudy', input, check),
          id: check.id(studyPath, input.studyId, 'Study'),
        }));
        return deleteStudy(database, viewer, call, id);
      }),
  }),
);
