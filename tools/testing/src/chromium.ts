import { existsSync } from 'node:fs';

const paths = [
  process.env.CHROMIUM ?? '',
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
];

/** The browser that tests run in; where it is undefined, they skip. */
export const chromiumPath = paths.find((path) => existsSync(path));

/** For root in a container, and so that the browser itself asks the network for nothing. */
export const chromiumFlags: readonly string[] = [
  '--no-sandbox',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--no-first-run',
];
