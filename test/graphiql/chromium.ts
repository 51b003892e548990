import { existsSync } from 'node:fs';

const places = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/usr/bin/google-chrome-stable',
  '/snap/bin/chromium',
  '/opt/google/chrome/chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
];

/** Where this machine has a Chromium or Chrome, or undefined. Nothing is ever installed or downloaded. */
export const chromiumPath = places.find((path) => existsSync(path));

/** Why the browser's tests don't run here, or null. In CI they do, or fail: it installs a Chromium. */
export const reasonToSkip =
  chromiumPath === undefined && !process.env.CI
    ? 'skipped: this machine has no Chromium or Chrome in the usual places'
    : null;
