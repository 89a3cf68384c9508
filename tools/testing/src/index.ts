export { chromiumFlags, chromiumPath } from './chromium.js';
export { sharedFile, sharedIsPresent } from './shared.js';
