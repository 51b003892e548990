import type { GraphiQLTab } from '../graphql/transport/graphiql.ts';
import { accessTabs } from './access-tabs.ts';
import { groupTabs } from './group-tabs.ts';
import { liveTabs } from './live-tabs.ts';
import { loopTabs } from './loop-tabs.ts';
import { studyTabs } from './study-tabs.ts';
import { submissionTabs } from './submission-tabs.ts';

/** GraphiQL's example tabs; they run as they are on the demonstration. */
export const exampleTabs: readonly GraphiQLTab[] = [
  ...groupTabs,
  ...studyTabs,
  ...submissionTabs,
  ...loopTabs,
  ...liveTabs,
  ...accessTabs,
];
