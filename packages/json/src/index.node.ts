export { JsonFileError, parseFileText, readJsonFile, readTextFile } from './read-json-file.node.js';
