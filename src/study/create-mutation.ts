import { CompletionCodeInput } from '../completion-code/arguments.ts';
import { readCodes } from '../completion-code/input-rules.ts';
import { mostCodes } from '../completion-code/rules.ts';
import { builder } from '../graphql/builder.ts';
import { callOf, commonErrors, idempotencyKeyField, keptText } from '../graphql/inputs.ts';
import { perform } from '../graphql/mutation.ts';
import { checkInput, type InputCheck, longestDescription } from '../input.ts';
import { InvalidParticipantIdsError } from '../participant/errors.ts';
import { GroupDeletedError } from '../participant-group/errors.ts';
import { StudyFilterInput } from '../study-filter/arguments.ts';
import { readFilters } from '../study-filter/input-rules.ts';
import { createStudy, duplicateStudy } from './create-service.ts';
import { studyIdField, studyPath, studyPayload } from './payloads.ts';
import { mostMinutes, mostPlaces } from './rules.ts';

const CreateStudyInput = builder.inputType('CreateStudyInput', {
  description: 'A new study.',
  fields: (t) => ({
    projectId: t.id({ required: true, description: 'Id of the Project that it belongs to.' }),
    name: t.string({ required: true, description: 'What participants see; 1–200 characters.' }),
    internalName: t.string({ description: 'What the team calls it; 1–200 characters.' }),
    description: t.string({ description: 'Up to 2,000 characters.' }),
    totalAvailablePlaces: t.int({
      required: true,
      description: 'How many participants can take part; 1–1,000,000.',
    }),
    maximumMinutes: t.int({
      description: 'How many minutes a participant has, 1–525,600; without it there is no end.',
    }),
    filters: t.field({
      type: [StudyFilterInput],
      description: 'Who may take part: who passes all of these. Without any, everyone may.',
    }),
    filterSetId: t.id({
      description: 'Id of a FilterSet to take the filters from. Not together with `filters`.',
    }),
    completionCodes: t.field({
      type: [CompletionCodeInput],
      description: `The codes that participants hand in at its end; at most ${mostCodes}.`,
    }),
    idempotencyKey: idempotencyKeyField(t),
  }),
});

builder.mutationField('createStudy', (t) =>
  t.field({
    type: studyPayload('CreateStudyPayload', 'The study that was made.'),
    nullable: true,
    description: 'Makes a study, unpublished. Needs COLLABORATOR.',
    args: { input: t.arg({ type: CreateStudyInput, required: true, description: 'The new study.' }) },
    errors: { types: [...commonErrors, InvalidParticipantIdsError, GroupDeletedError] },
    resolve: (_root, { input }, context) =>
      perform(context, ({ database }, viewer) => {
        const { call, data } = checkInput((check) => checkNewStudy(input, check));
        return createStudy(database, viewer, call, data);
      }),
  }),
);

function checkNewStudy(input: typeof CreateStudyInput.$inferInput, check: InputCheck) {
  const { internalName, description, maximumMinutes, filters, filterSetId } = input;
  const at = (field: string) => ['input', field];
  if (filters != null && filterSetId != null)
    check.fail(at('filterSetId'), 'Give filters or filterSetId, not both.');
  return {
    call: callOf('createStudy', input, check),
    data: {
      projectId: check.id(at('projectId'), input.projectId, 'Project'),
      name: check.name(at('name'), input.name),
      internalName: internalName == null ? null : check.name(at('internalName'), internalName),
      description: keptText(check, at('description'), description, longestDescription) ?? null,
      totalAvailablePlaces: check.int(at('totalAvailablePlaces'), input.totalAvailablePlaces, 1, mostPlaces),
      maximumMinutes:
        maximumMinutes == null ? null : check.int(at('maximumMinutes'), maximumMinutes, 1, mostMinutes),
      filters: readFilters(check, at('filters'), filters ?? []),
      filterSetId: filterSetId == null ? null : check.id(at('filterSetId'), filterSetId, 'FilterSet'),
      completionCodes: readCodes(check, at('completionCodes'), input.completionCodes ?? []),
    },
  };
}

const DuplicateStudyInput = builder.inputType('DuplicateStudyInput', {
  description: 'Which study to copy, and how.',
  fields: (t) => ({
    studyId: studyIdField(t),
    name: t.string({ description: "1–200 characters; without it, the original's with “(copy)”." }),
    blockPreviousParticipants: t.boolean({
      defaultValue: true,
      description: 'Adds a filter that keeps out whoever has a submission to the original, in any status.',
    }),
    idempotencyKey: idempotencyKeyField(t),
  }),
});

builder.mutationField('duplicateStudy', (t) =>
  t.field({
    type: studyPayload('DuplicateStudyPayload', 'The copy.'),
    nullable: true,
    description:
      "Copies a study into a new, unpublished one of the same project. The copy's filters are its own: those that decide in the original now, though they come from a filter set. Its completion codes are the original's. Needs COLLABORATOR.",
    args: { input: t.arg({ type: DuplicateStudyInput, required: true, description: 'Which study.' }) },
    errors: { types: [...commonErrors, GroupDeletedError] },
    resolve: (_root, { input }, context) =>
      perform(context, ({ database }, viewer) => {
        const { call, duplication } = checkInput((check) => ({
          call: callOf('duplicateStudy', input, check),
          duplication: {
            studyId: check.id(studyPath, input.studyId, 'Study'),
            name: input.name == null ? null : check.name(['input', 'name'], input.name),
            blockPreviousParticipants: input.blockPreviousParticipants ?? true,
          },
        }));
        return duplicateStudy(database, viewer, call, duplication);
      }),
  }),
);
