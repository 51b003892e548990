/** The statements that read what was asked for, and not only who a token stands for. */
export function readsOf(statements: readonly string[]): string[] {
  return statements.filter((text) => !text.includes('token.secret_hash') || text.includes('AS taken_along'));
}
