/** The model that training starts from, with its tokenizer and template made to fit each other. */
import type { Example } from '@sftkit/data';
import {
  type ConfigJson,
  type DecoderConfig,
  type DecoderModel,
  decoderModel,
  initialize,
  readDecoderConfig,
  resizeEmbedding,
  stopTokenIds,
  writeDecoderConfig,
} from '@sftkit/model';
import { type LoadedModel, loadModel } from '@sftkit/model/node';
import { Tokenizer, trainByteLevelBpe } from '@sftkit/tokenization';
import { loadTokenizer } from '@sftkit/tokenization/node';
import type { Recipe } from '../recipe/recipe-schema.js';
import { UserError } from '../user-error.js';
import { contentTexts } from './content-texts.js';
import { type LoadedTemplate, type LoadTemplateOptions, loadTemplate } from './load-template.js';

export interface Base {
  readonly config: DecoderConfig;
  readonly model: DecoderModel;
  /** By parameter name. */
  readonly weights: Map<string, Float32Array>;
  /** `config.json` and `generation_config.json` that the model came with. */
  readonly configJson: ConfigJson;
  readonly generationConfig: ConfigJson | undefined;
  readonly tokenizer: Tokenizer;
  /** Undefined where the data is plain text. */
  readonly template: LoadedTemplate | undefined;
  /** Remarks for the user. */
  readonly notes: readonly string[];
}

export interface BaseOptions {
  /** Name of the template; undefined for plain text. */
  readonly template: string | undefined;
  readonly addTokens: 'auto' | 'none';
  /** How the template is made. */
  readonly templateOptions?: LoadTemplateOptions | undefined;
  /** The directory's model, where it is already in memory. */
  readonly loaded?: LoadedModel | undefined;
}

/**
 * A model directory. Control tokens that the template writes and the tokenizer lacks are added, and the embedding
 * grows by rows that start at the mean of the old ones.
 * @throws {UserError} if model, tokenizer and template do not fit each other
 */
export async function loadBase(
  directory: string,
  { template: name, addTokens, templateOptions, loaded: inMemory }: BaseOptions,
): Promise<Base> {
  const loaded = inMemory ?? (await loadModel(directory));
  const tokenizer = await loadTokenizer(directory);
  checkVocabulary(directory, tokenizer, loaded.config);
  const template = name === undefined ? undefined : loadTemplate(name, tokenizer, templateOptions);
  const base = { ...loaded, tokenizer, template, notes: [...loaded.warnings, ...tokenizer.warnings] };
  const missing = missingTokens(tokenizer, template);
  if (addTokens === 'none') {
    if (template === undefined || missing.length === 0) return base;
    throw new UserError(
      `${directory}: the tokenizer lacks ${missing.join(' ')}, which the template ${template.template.name} writes; ` +
        'set addTokens: auto, or use a template that writes only tokens it has',
    );
  }
  const rowless = rowlessTokens(tokenizer, loaded.config);
  const numKnown = tokenizer.vocabSize;
  // A token that only becomes special keeps its id, and the row that was trained for it.
  const added = [...tokenizer.addSpecialTokens(missing)].filter((id) => id >= numKnown);
  const ids = [...rowless.map((token) => tokenizer.tokenToId(token)!), ...added];
  if (ids.length === 0) {
    return base;
  }
  const resized = resizeEmbedding(loaded.weights, loaded.config, ids);
  return {
    ...base,
    ...resized,
    model: decoderModel(resized.config),
    notes: [
      ...base.notes,
      `added ${[...rowless, ...missing].join(' ')} to the tokenizer; the new rows start at the mean of the embedding (${loaded.config.vocabSize} -> ${resized.config.vocabSize})`,
    ],
  };
}

/** A model from scratch, with a tokenizer from a directory or trained on the examples. */
export async function initializeBase(
  { config: fields, tokenizer: wanted }: NonNullable<Recipe['init']>,
  examples: readonly Example[],
  {
    template: name,
    seed,
    templateOptions,
  }: { template: string | undefined; seed: number; templateOptions?: LoadTemplateOptions },
): Promise<Base> {
  const tokenizer =
    wanted.from === undefined ? trainTokenizer(examples, wanted) : await loadTokenizer(wanted.from);
  const template = name === undefined ? undefined : loadTemplate(name, tokenizer, templateOptions);
  tokenizer.addSpecialTokens(missingTokens(tokenizer, template));
  const configJson: ConfigJson = {
    ...fields,
    vocab_size: Math.max(tokenizer.vocabSize, typeof fields.vocab_size === 'number' ? fields.vocab_size : 0),
    ...(tokenizer.bosTokenId === undefined ? {} : { bos_token_id: tokenizer.bosTokenId }),
    ...(tokenizer.eosTokenId === undefined ? {} : { eos_token_id: tokenizer.eosTokenId }),
  };
  const config = readDecoderConfig(configJson);
  // Whole, since what a config leaves out means other things to other releases of other software.
  const whole = { ...configJson, ...writeDecoderConfig(config) };
  const generationConfig = { bos_token_id: configJson.bos_token_id, eos_token_id: configJson.eos_token_id };
  return {
    config,
    model: decoderModel(config),
    weights: initialize(config, seed),
    configJson: whole,
    generationConfig,
    tokenizer,
    template,
    notes: [`a ${config.family} model from scratch, with a tokenizer of ${tokenizer.vocabSize} tokens`],
  };
}

/**
 * Tokens at which the model stops, as they are spelt, the template's end of turn among them where the template ends turns
 * itself: training makes a stop token of it. Undefined where nothing names any.
 */
export function stopTokensOf({
  configJson,
  generationConfig,
  tokenizer,
}: Pick<Base, 'configJson' | 'generationConfig' | 'tokenizer'>): readonly string[] | undefined {
  const ids = stopTokenIds(generationConfig, configJson);
  return ids.length === 0 ? undefined : ids.flatMap((id) => tokenizer.idToToken(id) ?? []);
}

/**
 * The token that ends plain text: the tokenizer's end of sequence or, where it names none, the first stop token of the
 * model's configs. Undefined where nothing names any.
 */
export function endOfTextOf({
  configJson,
  generationConfig,
  tokenizer,
}: Pick<Base, 'configJson' | 'generationConfig' | 'tokenizer'>): number | undefined {
  const isToken = (id: number): boolean => tokenizer.idToToken(id) !== undefined;
  return tokenizer.eosTokenId ?? stopTokenIds(generationConfig, configJson).find(isToken);
}

/** Tokens that the template writes and the tokenizer does not have as one; whether it calls them special is its own affair. */
export function missingTokens(tokenizer: Tokenizer, template: LoadedTemplate | undefined): string[] {
  return (template?.controlTokens ?? []).filter((token) => {
    const id = tokenizer.tokenToId(token);
    return id === undefined || !tokenizer.isAdded(id);
  });
}

/** Tokens that the tokenizer's files only name, without an id, and that the embedding has no rows for. */
export function rowlessTokens(
  tokenizer: Tokenizer,
  { vocabSize }: Pick<DecoderConfig, 'vocabSize'>,
): readonly string[] {
  return tokenizer.unnumberedTokens.filter((token) => tokenizer.tokenToId(token)! >= vocabSize);
}

/** @throws {UserError} if the tokenizer's files give ids that the embedding has no row for */
export function checkVocabulary(directory: string, tokenizer: Tokenizer, config: DecoderConfig): void {
  const { vocabSize } = config;
  if (tokenizer.vocabSize - rowlessTokens(tokenizer, config).length > vocabSize) {
    throw new UserError(
      `${directory}: the tokenizer has ${tokenizer.vocabSize} tokens, but the embedding only ${vocabSize} rows (config.json: vocab_size); the tokenizer belongs to another model`,
    );
  }
}

function trainTokenizer(
  examples: readonly Example[],
  { vocabSize, specialTokens, endOfText }: NonNullable<Recipe['init']>['tokenizer'],
): Tokenizer {
  const { tokenizerJson, tokenizerConfig } = trainByteLevelBpe(examples.flatMap(textsOf), {
    vocabSize,
    specialTokens: [endOfText, ...specialTokens],
    eosToken: endOfText,
  });
  return Tokenizer.fromObjects(tokenizerJson, tokenizerConfig);
}

function textsOf(example: Example): string[] {
  return example.kind === 'text'
    ? [example.text]
    : example.conversation.messages.flatMap(({ content }) => contentTexts(content));
}
