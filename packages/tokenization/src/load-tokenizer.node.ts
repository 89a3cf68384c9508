import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { TokenizationError, TokenizerFileError } from './tokenization-error.js';
import { Tokenizer } from './tokenizer.js';
import { describe, isJsonObject } from './tokenizer-json.js';
import type { JsonObject } from './types.js';

/**
 * Loads `tokenizer.json` and `tokenizer_config.json` from a model's directory. A `chat_template.jinja` beside
 * them is the template, as in directories that newer tools write.
 * @throws {TokenizerFileError} if a file is missing, no JSON, or not a tokenizer's
 */
export async function loadTokenizer(directory: string): Promise<Tokenizer> {
  const jsonPath = join(directory, 'tokenizer.json');
  const tokenizerJson = await readJson(
    jsonPath,
    'a "fast" tokenizer is needed; convert a slow one with transformers: AutoTokenizer.from_pretrained(DIR).save_pretrained(DIR)',
  );
  const config = await readJson(
    join(directory, 'tokenizer_config.json'),
    'copy it from the model that the tokenizer belongs to, or write {} for a tokenizer without named tokens and template',
  );
  const template = await readIfPresent(join(directory, 'chat_template.jinja'));
  try {
    return Tokenizer.fromObjects(
      tokenizerJson,
      template === undefined ? config : { ...config, chat_template: template },
    );
  } catch (cause) {
    if (!(cause instanceof TokenizationError)) throw cause;
    throw new TokenizerFileError(`${directory}: ${cause.message}`, directory, cause);
  }
}

async function readJson(path: string, remedy: string): Promise<JsonObject> {
  const text = await readIfPresent(path);
  if (text === undefined) {
    throw new TokenizerFileError(`loadTokenizer: expected a file ${path}, found none; ${remedy}`, path);
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new TokenizerFileError(
      `loadTokenizer: expected JSON in ${path}, got ${cause instanceof Error ? cause.message : cause}; ` +
        'fetch the file again (an unfinished download, or a pointer instead of the file, looks like this)',
      path,
      cause,
    );
  }
  if (isJsonObject(value)) return value;
  throw new TokenizerFileError(
    `loadTokenizer: expected a JSON object in ${path}, got ${describe(value)}`,
    path,
  );
}

async function readIfPresent(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? cause.code : undefined;
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    throw new TokenizerFileError(`loadTokenizer: cannot read ${path}: ${code ?? cause}`, path, cause);
  }
}
