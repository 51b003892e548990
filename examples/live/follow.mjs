/** What is selected of each event; add to `change` what the page shows. */
export const query = /* GraphQL */ `
  subscription Follow($ids: [ID!]!, $after: String) {
    membershipChanges(participantGroupIds: $ids, after: $after) {
      cursor
      change {
        version
        cause
        occurredAt
        participantGroup { id name participantCount }
        added(first: 100) { nodes { participantId } }
        removed(first: 100) { nodes { participantId } }
      }
    }
  }
`;

/** After these nothing changes by trying again; 4403 is a WebSocket's end for a token that is good for nothing. */
export const final = new Set([
  'UNAUTHENTICATED',
  'FORBIDDEN',
  'NOT_FOUND',
  'INVALID_INPUT',
  'GRAPHQL_PARSE_FAILED',
  'GRAPHQL_VALIDATION_FAILED',
  4403,
]);

/** Each client says it in a way of its own: graphql-ws with a list or a CloseEvent, graphql-sse with a response, Apollo with a text. */
const isFinal = (error) =>
  final.has(error?.code ?? error?.[0]?.extensions?.code) ||
  error?.response?.status === 401 ||
  /event 4403\b/.test(error?.message);

/**
 * Every change of some groups, once and in order for each group, across lost connections, deploys and crashes.
 * `subscribe(after)` begins a subscription and answers with its results as an async iterable; `after` is the cursor to
 * begin at, or null for now. Every new connection begins at the last event that was dealt with: the retry of a client
 * library would send the variables of the first one again.
 */
export async function* follow(subscribe, after = null) {
  for (let failures = 0; ; failures += 1) {
    try {
      for await (const { data, errors } of subscribe(after)) {
        const event = data?.membershipChanges;
        if (!event) throw Object.assign(new Error(errors?.[0]?.message), errors?.[0]?.extensions);
        // Errors beside an event say which of its fields could not be had.
        if (event.change !== null) yield { ...event, errors };
        // Only now: whoever breaks off in the middle of an event is told it again.
        after = event.cursor;
        failures = 0;
      }
    } catch (error) {
      if (isFinal(error))
        throw error instanceof Error ? error : new Error(error.reason ?? error[0]?.message, { cause: error });
      console.warn(`Not connected (${error?.reason || error?.message}); trying again`);
    }
    // Not all at once when a node has gone away.
    await new Promise((resolve) =>
      setTimeout(resolve, Math.random() * Math.min(250 * 2 ** failures, 10_000)),
    );
  }
}
