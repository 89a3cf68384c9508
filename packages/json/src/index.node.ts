export {
  JsonFileError,
  parseFileText,
  readJsonFile,
  readTextFile,
  readTextFileSync,
} from './read-json-file.node.js';
