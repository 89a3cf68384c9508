/** Files of JSON on a disk, with the real reason where one cannot be read. */
import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { decodeFileText, JsonFileError, parseFileText } from './file-text.js';
import type { Json } from './json-value.js';

const MAY_NOT_BE_READ = 'the file may not be read; change its permissions';

const REASONS: ReadonlyMap<string, string> = new Map([
  ['EISDIR', 'expected a file, found a directory; name the file in it'],
  ['EACCES', MAY_NOT_BE_READ],
  ['EPERM', MAY_NOT_BE_READ],
  ['ERR_FS_FILE_TOO_LARGE', 'the file is larger than 2 GiB, and no JSON that belongs to a model is'],
]);

/** Why a path cannot be read, and what to do, where a person can do something about it; else undefined. @param cause Node's error */
export function reasonUnreadable(cause: unknown): string | undefined {
  return REASONS.get((cause as NodeJS.ErrnoException | undefined)?.code ?? '');
}

/**
 * The text of a file in UTF-8, without a byte order mark; undefined where there is no such file.
 * @throws {JsonFileError} if it is something else, or cannot be read
 */
export async function readTextFile(path: string): Promise<string | undefined> {
  const bytes = await readFile(path).catch((cause: unknown) => missing(cause, path));
  return bytes && decodeFileText(bytes, path);
}

/** The same at once, for what runs before anything else can. @throws {JsonFileError} as `readTextFile` */
export function readTextFileSync(path: string): string | undefined {
  let bytes: Uint8Array | undefined;
  try {
    bytes = readFileSync(path);
  } catch (cause) {
    bytes = missing(cause, path);
  }
  return bytes && decodeFileText(bytes, path);
}

function missing(cause: unknown, path: string): undefined {
  const code = (cause as NodeJS.ErrnoException).code ?? String(cause);
  if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
  throw new JsonFileError(path, `: ${reasonUnreadable(cause) ?? `cannot be read (${code})`}`, cause);
}

/**
 * The value in a file of JSON; undefined where there is no such file.
 * @throws {JsonFileError} with line and column if the file is no JSON
 */
export async function readJsonFile(path: string): Promise<Json | undefined> {
  const text = await readTextFile(path);
  return text === undefined ? undefined : parseFileText(text, path);
}
