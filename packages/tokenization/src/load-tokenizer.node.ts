import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { readTextFile } from '@sftkit/json/node';
import { readTokenizer } from './read-tokenizer.js';
import type { Tokenizer } from './tokenizer.js';

/**
 * Loads the tokenizer of a model directory; see `readTokenizer`.
 * @throws {TokenizerFileError} if `tokenizer.json` is missing, a file is not what its name says, or two disagree
 */
export function loadTokenizer(directory: string): Promise<Tokenizer> {
  const pathOf = (file: string) => join(directory, file);
  return readTokenizer({
    name: directory,
    pathOf,
    text: (file) => readTextFile(pathOf(file)),
    list: (folder) => readdir(pathOf(folder)).catch(() => []),
  });
}
