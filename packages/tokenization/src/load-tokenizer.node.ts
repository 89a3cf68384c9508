import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { jsonObject } from '@sftkit/json';
import { JsonFileError, parseFileText, readJsonFile, readTextFile } from '@sftkit/json/node';
import { TokenizationError, TokenizerFileError } from './tokenization-error.js';
import { Tokenizer } from './tokenizer.js';
import { readChatTemplate } from './tokenizer-config.js';
import { describe } from './tokenizer-json.js';
import type { JsonObject } from './types.js';

/**
 * Loads a tokenizer from a model's directory: `tokenizer.json`, and everything beside it that Hugging Face's loaders read:
 * `tokenizer_config.json`, `added_tokens.json`, `special_tokens_map.json`, `chat_template.jinja`,
 * `additional_chat_templates/` and `chat_template.json`. What was passed over is in `Tokenizer.warnings`.
 * @throws {TokenizerFileError} if `tokenizer.json` is missing, a file is not what its name says, or two disagree
 */
export async function loadTokenizer(directory: string): Promise<Tokenizer> {
  const file = (name: string): string => join(directory, name);
  try {
    const { text, json } = await readTokenizerJson(file('tokenizer.json'));
    const config = (await readObject(file('tokenizer_config.json'))) ?? {};
    const template = await readTemplates(directory, config);
    return Tokenizer.fromObjects(
      json,
      template === undefined ? config : { ...config, chat_template: template },
      {
        tokenizerJsonText: text,
        addedTokens: await readObject(file('added_tokens.json')),
        specialTokensMap: await readObject(file('special_tokens_map.json')),
      },
    );
  } catch (cause) {
    if (cause instanceof JsonFileError) throw new TokenizerFileError(cause.message, cause.path, cause);
    if (!(cause instanceof TokenizationError) || cause instanceof TokenizerFileError) throw cause;
    throw new TokenizerFileError(`${directory}: ${cause.message}`, directory, cause);
  }
}

/** Large, and full of numbers that are only ids: read by the engine's own parser, and saved as the text that it is. */
async function readTokenizerJson(path: string): Promise<{ readonly text: string; readonly json: unknown }> {
  const text = await readTextFile(path);
  if (text === undefined) {
    throw new TokenizerFileError(
      `${path}: expected a file, found none; a "fast" tokenizer is needed: convert a slow one with transformers, ` +
        'AutoTokenizer.from_pretrained(DIR).save_pretrained(DIR)',
      path,
    );
  }
  try {
    return { text, json: JSON.parse(text) };
  } catch {
    return { text, json: parseFileText(text, path) };
  }
}

async function readObject(path: string): Promise<JsonObject | undefined> {
  const value = await readJsonFile(path);
  if (value === undefined) return undefined;
  const object = jsonObject(value);
  if (object !== undefined) return object;
  throw new TokenizerFileError(`${path}: expected a JSON object, got ${describe(value)}`, path);
}

/**
 * The templates in files of their own, in the form of the config; undefined where the config's own count. As in Hugging
 * Face, a `chat_template.jinja` replaces all that the config says; the `chat_template.json` of a processor stands behind
 * it. Further templates alone would leave none for other conversations: then those of the config stay beside them.
 */
async function readTemplates(directory: string, config: JsonObject): Promise<unknown> {
  const folder = join(directory, 'additional_chat_templates');
  const templates = new Map<string, string>();
  const main = await readTextFile(join(directory, 'chat_template.jinja'));
  if (main !== undefined) templates.set('default', main);
  for (const name of (await namesIn(folder)).toSorted()) {
    if (!name.endsWith('.jinja')) continue;
    templates.set(name.slice(0, -'.jinja'.length), (await readTextFile(join(folder, name)))!);
  }
  if (templates.size === 0) {
    if (config.chat_template !== undefined && config.chat_template !== null) return undefined;
    const ofProcessor = await readObject(join(directory, 'chat_template.json'));
    return ofProcessor?.chat_template;
  }
  if (templates.size === 1 && main !== undefined) return main;
  if (main === undefined) {
    const configured = readChatTemplate(config) ?? {};
    const others = typeof configured === 'string' ? { default: configured } : configured;
    for (const [name, template] of Object.entries(others)) {
      if (!templates.has(name)) templates.set(name, template);
    }
  }
  return Array.from(templates, ([name, template]) => ({ name, template }));
}

async function namesIn(folder: string): Promise<string[]> {
  try {
    return await readdir(folder);
  } catch {
    return [];
  }
}
