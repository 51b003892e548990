import { builder } from '../graphql/builder.ts';
import { nodeRef } from '../graphql/node.ts';
import { loadSubmissions } from './loaders.ts';

export const SubmissionRef = nodeRef('Submission', loadSubmissions);

export const SubmissionConnection = builder.connectionObject(
  { type: SubmissionRef, name: 'SubmissionConnection', description: 'A page of submissions.' },
  { description: 'A submission in a list.' },
);
