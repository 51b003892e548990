import { ApolloClient, gql, InMemoryCache } from '@apollo/client/core';
import { GraphQLWsLink } from '@apollo/client/link/subscriptions';
import { createClient } from 'graphql-ws';
import { follow, query } from './follow.mjs';
import { itemsOf } from './items-of.mjs';

const { URL = 'ws://127.0.0.1:4000/graphql', TOKEN, GROUP_IDS = '' } = process.env;

const client = new ApolloClient({
  cache: new InMemoryCache(),
  link: new GraphQLWsLink(
    createClient({
      url: URL,
      connectionParams: { Authorization: `Bearer ${TOKEN}` },
      retryAttempts: 0,
      ...(globalThis.WebSocket ? {} : { webSocketImpl: (await import('ws')).WebSocket }),
    }),
  ),
});

const ids = GROUP_IDS.split(',');
const subscribe = (after) =>
  itemsOf((observer) => {
    const subscription = client
      .subscribe({ query: gql(query), variables: { ids, after }, errorPolicy: 'all' })
      .subscribe({
        // Errors of an event stand in `errors` of its result; Apollo puts them into one.
        next: ({ data, error }) => observer.next(error?.errors ? { errors: error.errors } : { data }),
        error: observer.error,
        complete: observer.complete,
      });
    return () => subscription.unsubscribe();
  });
for await (const { change, cursor } of follow(subscribe, process.env.AFTER))
  console.log(JSON.stringify({ change, cursor }));
