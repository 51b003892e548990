import { ApolloClient, gql, InMemoryCache } from '@apollo/client/core';
import { GraphQLWsLink } from '@apollo/client/link/subscriptions';
import { createClient } from 'graphql-ws';
import { follow, query } from './follow.mjs';
import { itemsOf } from './items-of.mjs';

// Browsers have a WebSocket; so has Node from 22 on.
globalThis.WebSocket ??= (await import('ws')).WebSocket;

const { URL = 'ws://127.0.0.1:4000/graphql', TOKEN, GROUP_IDS = '' } = process.env;

const client = new ApolloClient({
  cache: new InMemoryCache(),
  link: new GraphQLWsLink(
    createClient({
      url: URL,
      connectionParams: { Authorization: `Bearer ${TOKEN}` },
      retryAttempts: 0,
    }),
  ),
});

const ids = GROUP_IDS.split(',');
const subscribe = (after) =>
  itemsOf((observer) => {
    const subscription = client
      .subscribe({ query: gql(query), variables: { ids, after }, errorPolicy: 'all' })
      .subscribe({
        next({ data, error }) {
          if (!error) observer.next({ data });
          // Apollo puts an event's errors into one; any other is the connection's.
          else if (error.errors) observer.next({ data, errors: error.errors });
          else observer.error(error);
        },
        error: observer.error,
        complete: observer.complete,
      });
    return () => subscription.unsubscribe();
  });
for await (const { change, cursor } of follow(subscribe, process.env.AFTER))
  console.log(JSON.stringify({ change, cursor }));
