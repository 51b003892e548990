import type { Context } from './context.ts';
import { forbidden, unauthenticated } from './read-errors.ts';

/**
 * For fields of a workspace that the viewer sees, but that only its admins may read.
 * @throws GraphQLError FORBIDDEN with the required role, or UNAUTHENTICATED without a viewer
 */
export function requireAdmin({ viewer }: Context, workspaceKey: number): void {
  if (viewer === null) throw unauthenticated();
  if (viewer.roles.get(workspaceKey) !== 'ADMIN') throw forbidden('ADMIN');
}
