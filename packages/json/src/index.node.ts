export { readJsonFile, readTextFile, readTextFileSync } from './read-json-file.node.js';
