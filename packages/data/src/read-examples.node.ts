/** Files on a disk. */
import { createReadStream } from 'node:fs';
import { reasonUnreadable } from '@sftkit/json/node';
import { DataError } from './data-error.js';
import type { Example } from './example.js';
import { type ParseExamplesOptions, parseExamples } from './parse-examples.js';

/** Larger than Node's own 64 KiB: each chunk is waited for. */
const CHUNK_BYTES = 2 ** 20;

/**
 * Reads a file of demonstrations, JSON Lines or one JSON array, in constant memory. The file is closed when
 * the loop over the examples ends, by `break` too.
 * @param options.file name in errors; the path when absent
 * @throws {DataError} at the first row that is wrong, and if the path is no file or may not be read
 * @throws Node's own error if there is no such file
 */
export function readExamples(path: string, options: ParseExamplesOptions = {}): AsyncGenerator<Example> {
  const { file = path } = options;
  return parseExamples(chunksOf(path, file), { ...options, file });
}

async function* chunksOf(path: string, file: string): AsyncGenerator<Uint8Array> {
  try {
    for await (const chunk of createReadStream(path, { highWaterMark: CHUNK_BYTES })) yield chunk;
  } catch (cause) {
    throw unreadable(cause, file);
  }
}

/** The error of a file system as one of the data, where a person can do something about it. */
export function unreadable(cause: unknown, file: string): unknown {
  const problem = reasonUnreadable(cause);
  return problem === undefined ? cause : new DataError({ file, line: 1 }, undefined, problem, { cause });
}
