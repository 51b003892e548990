import type { Context } from './context.ts';
import { forbidden } from './read-errors.ts';

/** @throws GraphQLError FORBIDDEN unless the viewer is an admin of the workspace. */
export function requireAdmin({ viewer }: Context, workspaceKey: number): void {
  if (viewer?.roles.get(workspaceKey) !== 'ADMIN') throw forbidden('ADMIN');
}
