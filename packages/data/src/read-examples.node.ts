/** Files on a disk. */
import { createReadStream } from 'node:fs';
import type { Example } from './example.js';
import { type ParseExamplesOptions, parseExamples } from './parse-examples.js';

/**
 * Reads a file of demonstrations, JSON Lines or one JSON array, in constant memory. The file is closed when
 * the loop over the examples ends, by `break` too.
 * @param options.file name in errors; the path when absent
 * @throws {DataError} at the first row that is wrong
 * @throws Node's own error if the file cannot be opened
 */
export async function* readExamples(
  path: string,
  options: ParseExamplesOptions = {},
): AsyncGenerator<Example> {
  yield* parseExamples(createReadStream(path), { file: path, ...options });
}
