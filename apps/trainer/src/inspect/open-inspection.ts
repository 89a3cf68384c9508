/** What inspecting needs before the first example: a tokenizer, and templates that fit it. */
import { loadModelConfig } from '@sftkit/model/node';
import type { Tokenizer } from '@sftkit/tokenization';
import { loadTokenizer } from '@sftkit/tokenization/node';
import { checkVocabulary, missingTokens } from '../prepare/load-base.js';
import { type LoadedTemplate, loadTemplate } from '../prepare/load-template.js';
import { UserError } from '../user-error.js';

export interface Inspection {
  readonly tokenizer: Tokenizer;
  /** Where the tokenizer came from. */
  readonly directory: string;
  /** Loads a template; control tokens that the tokenizer lacks are added, as training does. */
  useTemplate(name: string): LoadedTemplate;
  /** Remarks for the user. */
  readonly notes: readonly string[];
}

/** @throws {UserError} if neither directory is given, or the tokenizer belongs to another model */
export async function openInspection({
  model,
  tokenizer: tokenizerDirectory,
}: {
  readonly model?: string | undefined;
  readonly tokenizer?: string | undefined;
}): Promise<Inspection> {
  const directory = tokenizerDirectory ?? model;
  if (directory === undefined) {
    throw new UserError('inspect: expected --model DIR or --tokenizer DIR, got neither');
  }
  const tokenizer = await loadTokenizer(directory);
  if (tokenizerDirectory === undefined) {
    checkVocabulary(directory, tokenizer, (await loadModelConfig(directory)).config);
  }
  const notes: string[] = [];
  const useTemplate = (name: string): LoadedTemplate => {
    const template = loadTemplate(name, tokenizer);
    const missing = missingTokens(tokenizer, template);
    if (missing.length > 0) {
      tokenizer.addSpecialTokens(missing);
      notes.push(
        `the tokenizer lacks ${missing.join(' ')}; shown as training with addTokens: auto adds them`,
      );
    }
    return template;
  };
  return { tokenizer, directory, useTemplate, notes };
}
