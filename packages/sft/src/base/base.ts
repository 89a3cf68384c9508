/** The model that training starts from, with its tokenizer and template made to fit each other. */
import type { Example } from '@sftkit/data';
import {
  type ConfigJson,
  type DecoderConfig,
  type DecoderModel,
  decoderModel,
  initialize,
  type LoadedModel,
  readDecoderConfig,
  resizeEmbedding,
  writeDecoderConfig,
} from '@sftkit/model';

import { Tokenizer, trainByteLevelBpe } from '@sftkit/tokenization';
import { contentTexts } from '../examples/content-texts.js';
import type { Recipe } from '../recipe/recipe-schema.js';
import { SftError } from '../sft-error.js';
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
}

/**
 * A model, its tokenizer and a template, made to fit each other. Control tokens that the template writes and the tokenizer
 * lacks are added to it, and the embedding grows by rows that start at the mean of the old ones.
 * @param directory of the model, for errors
 * @throws {SftError} if model, tokenizer and template do not fit each other
 */
export function fitBase(
  directory: string,
  loaded: LoadedModel,
  tokenizer: Tokenizer,
  { template: name, addTokens, templateOptions }: BaseOptions,
): Base {
  checkVocabulary(directory, tokenizer, loaded.config);
  const template = name === undefined ? undefined : loadTemplate(name, tokenizer, templateOptions);
  const base = {
    ...loaded,
    tokenizer,
    template,
    notes: [...loaded.warnings, ...tokenizer.warnings, ...(template?.notes ?? [])],
  };
  const missing = missingTokens(tokenizer, template);
  if (addTokens === 'none') {
    if (template === undefined || missing.length === 0) return base;
    throw new SftError(
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

/** A model from scratch. @param fields of its `config.json` */
export function initializeBase(
  fields: ConfigJson,
  tokenizer: Tokenizer,
  {
    template: name,
    seed,
    templateOptions,
  }: {
    readonly template: string | undefined;
    readonly seed: number;
    readonly templateOptions?: LoadTemplateOptions;
  },
): Base {
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
    notes: [
      `a ${config.family} model from scratch, with a tokenizer of ${tokenizer.vocabSize} tokens`,
      ...(template?.notes ?? []),
    ],
  };
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

/** @throws {SftError} if the tokenizer's files give ids that the embedding has no row for */
export function checkVocabulary(directory: string, tokenizer: Tokenizer, config: DecoderConfig): void {
  const { vocabSize } = config;
  if (tokenizer.vocabSize - rowlessTokens(tokenizer, config).length > vocabSize) {
    throw new SftError(
      `${directory}: the tokenizer has ${tokenizer.vocabSize} tokens, but the embedding only ${vocabSize} rows (config.json: vocab_size); the tokenizer belongs to another model`,
    );
  }
}

/** A byte-level BPE of what is said in the examples. */
export function trainTokenizer(
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
