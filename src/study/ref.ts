import { builder } from '../graphql/builder.ts';
import { nodeRef } from '../graphql/node.ts';
import { loadStudies } from './loaders.ts';

export const StudyRef = nodeRef('Study', loadStudies);

export const StudyConnection = builder.connectionObject(
  { type: StudyRef, name: 'StudyConnection', description: 'A page of studies.' },
  { description: 'A study in a list.' },
);
