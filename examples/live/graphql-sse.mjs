import { createClient } from 'graphql-sse';
import { follow, query } from './follow.mjs';

const { URL = 'http://127.0.0.1:4000/graphql', TOKEN, GROUP_IDS = '' } = process.env;

const client = createClient({
  url: URL,
  headers: { Authorization: `Bearer ${TOKEN}` },
  // Its own retry sends the first subscription's variables again: the loop in follow.mjs takes its place.
  retryAttempts: 0,
});

const ids = GROUP_IDS.split(',');
const subscribe = (after) => client.iterate({ query, variables: { ids, after } });
for await (const { change, cursor } of follow(subscribe, process.env.AFTER))
  console.log(JSON.stringify({ change, cursor }));
