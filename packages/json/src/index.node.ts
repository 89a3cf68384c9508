export { readJsonFile, readTextFile, readTextFileSync, reasonUnreadable } from './read-json-file.node.js';
