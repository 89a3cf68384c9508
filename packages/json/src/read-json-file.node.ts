/** Files of JSON on a disk, with the real reason where one cannot be read. */
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

const REASONS: Readonly<Record<string, string>> = {
  EISDIR: 'expected a file, found a directory',
  EACCES: 'the file may not be read; change its permissions',
  EPERM: 'the file may not be read; change its permissions',
};

/**
 * The text of a file in UTF-8, without a byte order mark; undefined where there is no such file.
 * @throws {JsonFileError} if it is something else, or cannot be read
 */
export async function readTextFile(path: string): Promise<string | undefined> {
  let bytes: Uint8Array;
  try {
    bytes = await readFile(path);
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code ?? String(cause);
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    throw new JsonFileError(path, `: ${REASONS[code] ?? `cannot be read (${code})`}`, cause);
  }
  const problem = describeWrongBytes(bytes);
  if (problem !== undefined) throw new JsonFileError(path, `: ${problem}`);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (cause) {
    throw new JsonFileError(
      path,
      ': expected UTF-8, found a byte that is not; save the file as UTF-8',
      cause,
    );
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
