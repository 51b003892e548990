/** Relay's four arguments, as variables of a query. */
export interface PageVariables {
  readonly first?: number;
  readonly after?: string | null;
  readonly last?: number;
  readonly before?: string | null;
}

/** What a query must select of a connection to be paged through. */
export interface PageAnswer<Node> {
  readonly nodes: Node[];
  readonly pageInfo: {
    readonly hasNextPage: boolean;
    readonly hasPreviousPage: boolean;
    readonly startCursor: string | null;
    readonly endCursor: string | null;
  };
}

export const pageParameters = '$first: Int, $after: String, $last: Int, $before: String';
export const pageArguments = 'first: $first, after: $after, last: $last, before: $before';
export const pageInfo = 'pageInfo { hasNextPage hasPreviousPage startCursor endCursor }';

const mostPages = 1_000;

/** All nodes of a list, read from the start, `size` at a time. */
export async function readForward<Node>(
  size: number,
  read: (page: PageVariables) => Promise<PageAnswer<Node>>,
): Promise<Node[]> {
  const all: Node[] = [];
  let after: string | null = null;
  for (let page = 0; page < mostPages; page++) {
    const { nodes, pageInfo } = await read({ first: size, after });
    all.push(...nodes);
    if (!pageInfo.hasNextPage) return all;
    after = pageInfo.endCursor;
  }
  throw new Error('The list does not end');
}

/** All nodes of a list in its order, read from the end, `size` at a time. */
export async function readBackward<Node>(
  size: number,
  read: (page: PageVariables) => Promise<PageAnswer<Node>>,
): Promise<Node[]> {
  const all: Node[] = [];
  let before: string | null = null;
  for (let page = 0; page < mostPages; page++) {
    const { nodes, pageInfo } = await read({ last: size, before });
    all.unshift(...nodes);
    if (!pageInfo.hasPreviousPage) return all;
    before = pageInfo.startCursor;
  }
  throw new Error('The list does not end');
}
