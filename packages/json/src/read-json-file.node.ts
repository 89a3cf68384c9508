/** Files of JSON on a disk, with the real reason where one cannot be read. */
import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
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

const REASONS: Readonly<Record<string, string>> = {
  EISDIR: 'expected a file, found a directory',
  EACCES: 'the file may not be read; change its permissions',
  EPERM: 'the file may not be read; change its permissions',
  ERR_FS_FILE_TOO_LARGE: 'the file is larger than 2 GiB, and no JSON that belongs to a model is',
};

/**
 * The text of a file in UTF-8, without a byte order mark; undefined where there is no such file.
 * @throws {JsonFileError} if it is something else, or cannot be read
 */
export async function readTextFile(path: string): Promise<string | undefined> {
  const bytes = await readFile(path).catch((cause: unknown) => missing(cause, path));
  return bytes && decode(bytes, path);
}

/** The same at once, for what runs before anything else can. @throws {JsonFileError} as `readTextFile` */
export function readTextFileSync(path: string): string | undefined {
  let bytes: Uint8Array | undefined;
  try {
    bytes = readFileSync(path);
  } catch (cause) {
    bytes = missing(cause, path);
  }
  return bytes && decode(bytes, path);
}

function missing(cause: unknown, path: string): undefined {
  const code = (cause as NodeJS.ErrnoException).code ?? String(cause);
  if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
  throw new JsonFileError(path, `: ${REASONS[code] ?? `cannot be read (${code})`}`, cause);
}

function decode(bytes: Uint8Array, path: string): string {
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

/**
 * The value in a file of JSON; undefined where there is no such file.
 * @throws {JsonFileError} with line and column if the file is no JSON
 */
export async function readJsonFile(path: string): Promise<Json | undefined> {
  const text = await readTextFile(path);
  return text === undefined ? undefined : parseFileText(text, path);
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
