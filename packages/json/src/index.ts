export { describeWrongBytes } from './describe-bytes.js';
export { decodeFileText, JsonFileError, parseFileText } from './file-text.js';
export { JsonError } from './json-error.js';
export { type Json, type JsonFloat, jsonEntries, jsonNumber, jsonObject } from './json-value.js';
export { parseJson } from './parse-json.js';
export { type StringifyOptions, stringifyJson } from './stringify-json.js';
export { withField } from './with-field.js';
