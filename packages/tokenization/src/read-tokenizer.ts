import { JsonFileError, jsonObject, parseFileText } from '@sftkit/json';
import { TokenizationError, TokenizerFileError } from './tokenization-error.js';
import { Tokenizer } from './tokenizer.js';
import { readChatTemplate } from './tokenizer-config.js';
import { describe } from './tokenizer-json.js';
import type { JsonObject } from './types.js';

const TEMPLATES_FOLDER = 'additional_chat_templates';

/** The files of a model's directory: on a disk, behind an address, in a folder that a page was given. */
export interface TokenizerFiles {
  /** Of the directory, for messages. */
  readonly name: string;
  /** Path or address of a file, for messages. */
  pathOf(file: string): string;
  /** Text in UTF-8; undefined where there is no such file. @throws {JsonFileError} if it is something else */
  text(file: string): Promise<string | undefined>;
  /** Names of the files in a folder of the directory; none where it cannot be listed. */
  list?(folder: string): Promise<readonly string[]>;
}

/**
 * Reads a tokenizer from a model's directory: `tokenizer.json`, and everything beside it that Hugging Face's loaders read:
 * `tokenizer_config.json`, `added_tokens.json`, `special_tokens_map.json`, `chat_template.jinja`,
 * `additional_chat_templates/` and `chat_template.json`. What was passed over is in `Tokenizer.warnings`.
 * @throws {TokenizerFileError} if `tokenizer.json` is missing, a file is not what its name says, or two disagree
 */
export async function readTokenizer(files: TokenizerFiles): Promise<Tokenizer> {
  try {
    const { text, json } = await readTokenizerJson(files);
    const config = (await readObject(files, 'tokenizer_config.json')) ?? {};
    const template = await readTemplates(files, config);
    return Tokenizer.fromObjects(
      json,
      template === undefined ? config : { ...config, chat_template: template },
      {
        tokenizerJsonText: text,
        addedTokens: await readObject(files, 'added_tokens.json'),
        specialTokensMap: await readObject(files, 'special_tokens_map.json'),
      },
    );
  } catch (cause) {
    if (cause instanceof JsonFileError) throw new TokenizerFileError(cause.message, cause.path, cause);
    if (!(cause instanceof TokenizationError) || cause instanceof TokenizerFileError) throw cause;
    throw new TokenizerFileError(`${files.name}: ${cause.message}`, files.name, cause);
  }
}

/** Large, and full of numbers that are only ids: read by the engine's own parser, and saved as the text that it is. */
async function readTokenizerJson(
  files: TokenizerFiles,
): Promise<{ readonly text: string; readonly json: unknown }> {
  const path = files.pathOf('tokenizer.json');
  const text = await files.text('tokenizer.json');
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

async function readObject(files: TokenizerFiles, file: string): Promise<JsonObject | undefined> {
  const path = files.pathOf(file);
  const text = await files.text(file);
  if (text === undefined) return undefined;
  const value = parseFileText(text, path);
  const object = jsonObject(value);
  if (object !== undefined) return object;
  throw new TokenizerFileError(`${path}: expected a JSON object, got ${describe(value)}`, path);
}

/**
 * The templates in files of their own, in the form of the config; undefined where the config's own count. As in Hugging
 * Face, a `chat_template.jinja` replaces all that the config says; the `chat_template.json` of a processor stands behind
 * it. Further templates alone would leave none for other conversations: then those of the config stay beside them.
 */
async function readTemplates(files: TokenizerFiles, config: JsonObject): Promise<unknown> {
  const templates = new Map<string, string>();
  const main = await files.text('chat_template.jinja');
  if (main !== undefined) templates.set('default', main);
  for (const name of [...((await files.list?.(TEMPLATES_FOLDER)) ?? [])].sort()) {
    if (!name.endsWith('.jinja')) continue;
    templates.set(name.slice(0, -'.jinja'.length), (await files.text(`${TEMPLATES_FOLDER}/${name}`))!);
  }
  if (templates.size === 0) {
    if (config.chat_template !== undefined && config.chat_template !== null) return undefined;
    const ofProcessor = await readObject(files, 'chat_template.json');
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
