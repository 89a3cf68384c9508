import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { sharedFile } from '@sftkit/testing';
import { convertLlama2c } from '../../../tools/convert/llama2c.js';

/** stories260K as a model directory, and the text that it is known to write. */
export interface Stories {
  readonly directory: string;
  /** Greedy text from the beginning of sequence, as published. */
  readonly published: string;
  readonly decode: (ids: readonly number[]) => string;
}

/** New tokens that are compared with the published text. */
export const STORY_TOKENS = 200;

/** The first of them, from SOURCES.md. */
export const FIRST_IDS: readonly number[] = [
  403, 407, 261, 378, 432, 383, 286, 261, 376, 298, 315, 421, 395, 317, 426,
];

/** Converts llama2.c's files into `<folder>/model`. */
export async function prepareStories(folder: string): Promise<Stories> {
  const directory = join(folder, 'model');
  const file = (name: string) => sharedFile('models', 'stories260K', name);
  await convertLlama2c(file('stories260K.bin'), file('tok512.bin'), directory);
  const page = await readFile(file('stories260K.md'), 'utf8');
  const { vocab } = JSON.parse(await readFile(join(directory, 'tokenizer.json'), 'utf8')).model as {
    vocab: Record<string, number>;
  };
  const pieces = new Map(Object.entries(vocab).map(([piece, id]) => [id, piece]));
  const text = (id: number) =>
    pieces
      .get(id)!
      .replace(/^<0x(..)>$/, (_, byte: string) => String.fromCharCode(Number.parseInt(byte, 16)));
  return {
    directory,
    published: /-t 0\.0\n([^`]+)```/.exec(page)![1]!,
    decode: (ids) => ids.map(text).join('').replaceAll('\u2581', ' ').trimStart(),
  };
}
