import { builder } from '../graphql/builder.ts';
import { nodeRef } from '../graphql/node.ts';
import { loadStudies } from './loaders.ts';

export const StudyRef = nodeRef('Study', loadStudies);

/** The edge of every list of studies. */
export const StudyEdge = builder.edgeObject({
  type: StudyRef,
  name: 'StudyEdge',
  description: 'A study in a list.',
});

export const StudyConnection = builder.connectionObject(
  { type: StudyRef, name: 'StudyConnection', description: 'A page of studies.' },
  StudyEdge,
);
