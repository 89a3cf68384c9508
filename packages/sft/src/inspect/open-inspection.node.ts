/** What inspecting needs before the first example: a tokenizer, and templates that fit it. */
import { loadModelConfig } from '@sftkit/model/node';
import type { Tokenizer } from '@sftkit/tokenization';
import { loadTokenizer } from '@sftkit/tokenization/node';
import { checkVocabulary, missingTokens, rowlessTokens } from '../base/base.js';
import { withFiles } from '../base/load-base.node.js';
import { type LoadedTemplate, type LoadTemplateOptions, loadTemplate } from '../base/load-template.js';
import { endOfTextOf, stopTokensOf } from '../base/stop-ids.js';
import { SftError } from '../sft-error.js';

export interface Inspection {
  readonly tokenizer: Tokenizer;
  /** Where the tokenizer came from. */
  readonly directory: string;
  /** Loads a template; control tokens that the tokenizer lacks are added, as training does. */
  useTemplate(name: string, options?: LoadTemplateOptions): LoadedTemplate;
  /** Tokens at which the model stops, as they are spelt; undefined where no model was named, or it names none. */
  readonly stopTokens: readonly string[] | undefined;
  /** The token that ends plain text; undefined where nothing names one. */
  readonly endOfText: number | undefined;
  /** Remarks for the user. */
  readonly notes: readonly string[];
}

/** @throws {SftError} if neither directory is given, or the tokenizer belongs to another model */
export async function openInspection({
  model,
  tokenizer: tokenizerDirectory,
}: {
  readonly model?: string | undefined;
  readonly tokenizer?: string | undefined;
}): Promise<Inspection> {
  const directory = tokenizerDirectory ?? model;
  if (directory === undefined) {
    throw new SftError('inspect: expected --model DIR or --tokenizer DIR, got neither');
  }
  const tokenizer = await loadTokenizer(directory);
  const notes: string[] = [...tokenizer.warnings];
  let stopTokens: readonly string[] | undefined;
  let endOfText = tokenizer.eosTokenId;
  if (tokenizerDirectory === undefined) {
    const loaded = await loadModelConfig(directory);
    checkVocabulary(directory, tokenizer, loaded.config);
    stopTokens = stopTokensOf({ ...loaded, tokenizer });
    endOfText = endOfTextOf({ ...loaded, tokenizer });
    const rowless = rowlessTokens(tokenizer, loaded.config);
    if (rowless.length > 0) {
      notes.push(
        `the embedding has no rows for ${rowless.join(' ')}, which the tokenizer's files name; shown as training with addTokens: auto adds them`,
      );
    }
  }
  const useTemplate = (name: string, options?: LoadTemplateOptions): LoadedTemplate => {
    const template = loadTemplate(name, tokenizer, withFiles(options));
    const missing = missingTokens(tokenizer, template);
    if (missing.length > 0) {
      tokenizer.addSpecialTokens(missing);
      notes.push(
        `the tokenizer lacks ${missing.join(' ')}; shown as training with addTokens: auto adds them`,
      );
    }
    return template;
  };
  return { tokenizer, directory, useTemplate, stopTokens, endOfText, notes };
}
