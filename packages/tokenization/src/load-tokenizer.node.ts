import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { TokenizationError, TokenizerFileError } from './tokenization-error.js';
import { Tokenizer } from './tokenizer.js';
import { describe, isJsonObject } from './tokenizer-json.js';
import type { JsonObject } from './types.js';

/**
 * Loads `tokenizer.json` and `tokenizer_config.json` from a model's directory. A `chat_template.jinja` beside
 * them is the template, and files in `additional_chat_templates` are further ones by their names, as in directories that
 * newer tools write.
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
  const templates = await readTemplates(directory, config);
  try {
    return Tokenizer.fromObjects(
      tokenizerJson,
      templates === undefined ? config : { ...config, chat_template: templates },
    );
  } catch (cause) {
    if (!(cause instanceof TokenizationError)) throw cause;
    throw new TokenizerFileError(`${directory}: ${cause.message}`, directory, cause);
  }
}

/** The templates in files of their own, in the form of the config; undefined where there are none. */
async function readTemplates(directory: string, config: JsonObject): Promise<unknown> {
  const main = await readIfPresent(join(directory, 'chat_template.jinja'));
  const folder = join(directory, 'additional_chat_templates');
  const files = (await namesIn(folder)).filter((name) => name.endsWith('.jinja')).toSorted();
  if (files.length === 0) return main;
  const named = await Promise.all(
    files.map(async (file) => ({
      name: file.slice(0, -'.jinja'.length),
      template: await readIfPresent(join(folder, file)),
    })),
  );
  const configured = config.chat_template;
  const others = Array.isArray(configured)
    ? configured
    : typeof configured === 'string'
      ? [{ name: 'default', template: configured }]
      : [];
  const own = [...(main === undefined ? [] : [{ name: 'default', template: main }]), ...named];
  // What stands in a file goes before what the config says of the same name.
  const names = new Set(own.map(({ name }) => name));
  return [...own, ...others.filter((entry) => !(isJsonObject(entry) && names.has(String(entry.name))))];
}

async function namesIn(folder: string): Promise<string[]> {
  try {
    return await readdir(folder);
  } catch {
    return [];
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
