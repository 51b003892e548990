import { createClient } from 'graphql-ws';
import { follow, query } from './follow.mjs';

// Browsers have a WebSocket; so has Node from 22 on.
globalThis.WebSocket ??= (await import('ws')).WebSocket;

const { URL = 'ws://127.0.0.1:4000/graphql', TOKEN, GROUP_IDS = '' } = process.env;

const client = createClient({
  url: URL,
  connectionParams: { Authorization: `Bearer ${TOKEN}` },
  // Its own retry sends the first subscription's variables again: the loop in follow.mjs takes its place.
  retryAttempts: 0,
});

const ids = GROUP_IDS.split(',');
const subscribe = (after) => client.iterate({ query, variables: { ids, after } });
for await (const { change, cursor } of follow(subscribe, process.env.AFTER))
  console.log(JSON.stringify({ change, cursor }));
