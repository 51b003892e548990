import { defineConfig } from 'vitest/config';

/** Both resolve to one copy of graphql: two would not know each other's types. */
const alias = [{ find: /^graphql$/, replacement: 'graphql/index.js' }];
/** What is waited for comes in time on a busy machine too. */
const patient = { poll: { timeout: 20_000 } };
const serverSetup = ['test/support/global-setup.ts'];

export default defineConfig({
  resolve: { alias },
  test: {
    // More than there are cores as a rule: a test waits most of the time, for PostgreSQL or for what takes its time.
    maxWorkers: 4,
    testTimeout: 60_000,
    hookTimeout: 120_000,
    projects: [
      {
        resolve: { alias },
        test: { name: 'architecture', include: ['test/architecture/**/*.test.ts'], testTimeout: 60_000 },
      },
      {
        resolve: { alias },
        test: {
          name: 'capabilities',
          include: ['test/**/*.test.ts'],
          exclude: ['test/scale/**', 'test/architecture/**', 'test/policies/**'],
          globalSetup: serverSetup,
          expect: patient,
          // One copy of the sources for all files of a worker: each file has a server and a database of its own anyway.
          isolate: false,
          testTimeout: 60_000,
          hookTimeout: 120_000,
        },
      },
      {
        resolve: { alias },
        test: {
          name: 'scale',
          include: ['test/scale/**/*.test.ts'],
          globalSetup: serverSetup,
          expect: patient,
          fileParallelism: false,
          testTimeout: 1_200_000,
          hookTimeout: 1_200_000,
        },
      },
      {
        resolve: { alias },
        test: {
          name: 'policies',
          include: ['test/policies/**/*.test.ts'],
          testTimeout: 600_000,
        },
      },
    ],
  },
});
