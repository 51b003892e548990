import { hash } from 'node:crypto';
import { type ExecutionArgs, getOperationAST, Kind, print, visit } from 'graphql';
import type { Viewer } from '../../access/viewer.ts';

/** The argument that says where to begin: once there, it makes no difference. */
const beginning = 'after';

/**
 * What an operation asks for, in few characters: the same for the same document, operation and variables, whatever the
 * variable that says where to begin.
 */
export function questionOf({ document, operationName, variableValues }: ExecutionArgs): string {
  const source = document.loc?.source.body ?? print(document);
  const passing = passingVariables({ document, operationName });
  const variables = Object.entries(variableValues ?? {})
    .filter(([name]) => !passing.has(name))
    .sort(([one], [other]) => (one < other ? -1 : 1));
  return hash('sha256', JSON.stringify([source, operationName ?? null, variables]), 'base64');
}

/** The variables that are used for nothing but where the subscription begins. */
function passingVariables({
  document,
  operationName,
}: Pick<ExecutionArgs, 'document' | 'operationName'>): ReadonlySet<string> {
  const passing = new Set<string>();
  const operation = getOperationAST(document, operationName);
  for (const selection of operation?.selectionSet.selections ?? [])
    for (const { name, value } of (selection.kind === Kind.FIELD && selection.arguments) || [])
      if (name.value === beginning && value.kind === Kind.VARIABLE) passing.add(value.name.value);
  const uses = new Map<string, number>();
  visit(document, {
    VariableDefinition: () => false,
    Variable: ({ name }) => void uses.set(name.value, (uses.get(name.value) ?? 0) + 1),
  });
  return new Set([...passing].filter((name) => uses.get(name) === 1));
}

/** What a viewer may do where a subscription is about: the same for all to whom its events look the same. */
export function standingOf({ roles, isReadOnly }: Viewer, workspaceKeys: readonly number[]): string {
  const own = workspaceKeys.map((key) => `${key} ${roles.get(key) ?? 'NONE'}`);
  return `${isReadOnly ? 'reads' : 'writes'} ${own.join(' ')}`;
}
