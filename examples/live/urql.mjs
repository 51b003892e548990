import { Client, fetchExchange, subscriptionExchange } from '@urql/core';
import { createClient } from 'graphql-ws';
import { follow, query } from './follow.mjs';
import { itemsOf } from './items-of.mjs';

// Browsers have a WebSocket; so has Node from 22 on.
globalThis.WebSocket ??= (await import('ws')).WebSocket;

const { URL = 'ws://127.0.0.1:4000/graphql', TOKEN, GROUP_IDS = '' } = process.env;

const socket = createClient({
  url: URL,
  connectionParams: { Authorization: `Bearer ${TOKEN}` },
  retryAttempts: 0,
});
const client = new Client({
  url: URL.replace(/^ws/, 'http'),
  preferGetMethod: false,
  exchanges: [
    fetchExchange,
    subscriptionExchange({
      forwardSubscription: (request) => ({
        subscribe: (sink) => ({
          unsubscribe: socket.subscribe({ ...request, query: request.query ?? '' }, sink),
        }),
      }),
    }),
  ],
});

const ids = GROUP_IDS.split(',');
const subscribe = (after) =>
  itemsOf((observer) => {
    const { unsubscribe } = client.subscription(query, { ids, after }).subscribe(({ data, error }) => {
      if (error?.networkError) observer.error(error.networkError);
      else observer.next({ data, errors: error?.graphQLErrors });
    });
    return unsubscribe;
  });
for await (const { change, cursor } of follow(subscribe, process.env.AFTER))
  console.log(JSON.stringify({ change, cursor }));
