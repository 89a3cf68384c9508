/** The contents of files, wherever they came from: bytes to text, and text to JSON, with the file's name in every error. */
import { describeWrongBytes } from './describe-bytes.js';
import { JsonError } from './json-error.js';
import type { Json } from './json-value.js';
import { parseJson } from './parse-json.js';

/** A file that is not what it should be; the message begins with its path. */
export class JsonFileError extends Error {
  override readonly name = 'JsonFileError';
  readonly path: string;

  constructor(path: string, problem: string, cause?: unknown) {
    super(`${path}${problem}`, { cause });
    this.path = path;
  }
}

/** What V8 holds in one string, in UTF-16 code units. */
const MAX_STRING = 2 ** 29 - 24;

/** Text of a file in UTF-8, without a byte order mark. @throws {JsonFileError} if it is something else */
export function decodeFileText(bytes: Uint8Array, path: string): string {
  const wrong = describeWrongBytes(bytes);
  if (wrong !== undefined) throw new JsonFileError(path, `: ${wrong}`);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (cause) {
    const problem =
      bytes.length > MAX_STRING
        ? `expected at most ${MAX_STRING} bytes of text, found ${bytes.length}`
        : 'expected UTF-8, found a byte that is not; save the file as UTF-8';
    throw new JsonFileError(path, `: ${problem}`, cause);
  }
}

/** @throws {JsonFileError} with line and column if the text of the file is no JSON */
export function parseFileText(text: string, path: string): Json {
  try {
    return parseJson(text);
  } catch (cause) {
    if (!(cause instanceof JsonError)) throw cause;
    const problem = `${cause.message}; fetch the file again if nobody edited it: a download that broke off ends early`;
    throw new JsonFileError(path, `:${cause.line}:${cause.column}: not valid JSON: ${problem}`, cause);
  }
}
