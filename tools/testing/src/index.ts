export { sharedFile, sharedIsPresent } from './shared.js';
