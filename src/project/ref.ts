import { builder } from '../graphql/builder.ts';
import { nodeRef } from '../graphql/node.ts';
import { loadProjects } from './loaders.ts';

export const ProjectRef = nodeRef('Project', loadProjects);

export const ProjectConnection = builder.connectionObject(
  { type: ProjectRef, name: 'ProjectConnection', description: 'A page of projects.' },
  { description: 'A project in a list.' },
);
