import { InvalidInputError } from '../errors.ts';
import { builder } from '../graphql/builder.ts';
import { connect } from '../graphql/connection.ts';
import type { Context } from '../graphql/context.ts';
import { busy, invalidInput } from '../graphql/read-errors.ts';
import { checkInput } from '../input.ts';
import { type ParticipantRow, participantOrder } from '../participant/loaders.ts';
import { ParticipantConnection, ParticipantRef } from '../participant/ref.ts';
import { StudyFilterInput } from '../study-filter/arguments.ts';
import { readFilters, type StudyFilterInputShape } from '../study-filter/input-rules.ts';
import type { WorkspaceRow } from '../workspace/loaders.ts';
import { WorkspaceRef } from '../workspace/ref.ts';
import { loadPage } from './list-loaders.ts';
import { resolveFilters } from './preview-service.ts';
import { setWise } from './ref.ts';
import { always, type Filters, loadEligible } from './set-loaders.ts';
import type { SetNode } from './set-rules.ts';

interface FilterCount {
  readonly index: number;
  readonly participantCount: number;
}

const EligibilityPreviewFilter = builder.objectRef<FilterCount>('EligibilityPreviewFilter').implement({
  description: 'One filter of the top level, on its own.',
  fields: (t) => ({
    index: t.exposeInt('index', { description: 'Its position in `filters`, from 0.' }),
    participantCount: t.exposeInt('participantCount', {
      description: 'How many participants this filter alone would leave.',
    }),
  }),
});

/** Filters that are stored nowhere cannot be gone. */
function present<Value>(value: Value | null): Value {
  if (value === null) throw busy('The filters could not be read. Try again.');
  return value;
}

/** What each list of nodes of the filters lets in, all as of one moment. */
async function setsOf({ scope }: Context, filters: Filters, lists?: readonly (readonly SetNode[])[]) {
  return present(await loadEligible(scope, filters, lists)).sets;
}

async function countFilters(filters: Filters, context: Context): Promise<FilterCount[]> {
  const sets = await setsOf(
    context,
    filters,
    filters.nodes.map((node) => [node]),
  );
  return sets.map(({ count: participantCount }, index) => ({ index, participantCount }));
}

async function countParticipants(filters: Filters, context: Context): Promise<number> {
  const [set] = await setsOf(context, filters);
  return set?.count ?? 0;
}

const EligibilityPreview = builder.objectRef<Filters>('EligibilityPreview').implement({
  description: 'Whom filters would let in, before anything is made of them.',
  fields: (t) => ({
    participantCount: t.int({
      extensions: setWise,
      description: 'How many participants of the workspace would be eligible.',
      resolve: (filters, _args, context) => countParticipants(filters, context),
    }),
    participants: t.connection(
      {
        type: ParticipantRef,
        extensions: setWise,
        description: 'Who would be eligible, in the order in which the workspace saw them first.',
        resolve: (filters, args, context) =>
          connect<ParticipantRow>(args, {
            field: 'EligibilityPreview.participants',
            parent: filters.workspaceKey,
            order: participantOrder,
            positionOf: (participant) => [participant.key],
            load: async (range) => present(await loadPage(context.scope, filters, range)),
            totalCount: () => countParticipants(filters, context),
          }),
      },
      ParticipantConnection,
    ),
    perFilter: t.field({
      type: [EligibilityPreviewFilter],
      extensions: setWise,
      description: 'What each filter of the top level alone would leave: which of them costs most.',
      resolve: (filters, _args, context) => countFilters(filters, context),
    }),
  }),
});

builder.objectField(WorkspaceRef, 'eligibilityPreview', (t) =>
  t.field({
    type: EligibilityPreview,
    nullable: true,
    description:
      'Whom these filters would let in, universal blocklists included; nothing is written. Null, with an error, for filters that cannot be.',
    args: {
      filters: t.arg({
        type: [StudyFilterInput],
        required: true,
        description: 'The filters, all of which are to be passed; none lets everyone pass.',
      }),
    },
    resolve: (workspace, { filters }, context) => readPreview(workspace, filters, context),
  }),
);

async function readPreview(
  { key, participantIdFormat }: WorkspaceRow,
  given: readonly StudyFilterInputShape[],
  { scope }: Context,
): Promise<Filters> {
  try {
    const nodes = checkInput((check) => readFilters(check, ['filters'], given));
    const place = { workspaceKey: key, format: participantIdFormat };
    return {
      workspaceKey: key,
      nodes: await resolveFilters(scope, place, nodes),
      isCurrent: always,
    };
  } catch (error) {
    throw error instanceof InvalidInputError ? invalidInput(error) : error;
  }
}
