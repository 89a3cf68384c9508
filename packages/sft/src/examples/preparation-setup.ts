/** How examples are prepared, as text and numbers that another thread can be told. */
import { parseJson, stringifyJson } from '@sftkit/json';
import { ChatTemplate, type ChatTemplateOptions } from '@sftkit/templates';
import { Tokenizer } from '@sftkit/tokenization';
import type { PrepareOptions } from './prepare-example.js';

type Policy = Pick<PrepareOptions, 'mask' | 'roles' | 'reasoning' | 'stopTokens' | 'endOfText'>;

export interface PreparationSetup {
  /** The texts of both files: they cross to another thread several times faster than a vocabulary of objects. */
  readonly tokenizer: readonly [json: string, config: string];
  readonly template:
    | { readonly source: string; readonly options: ChatTemplateOptions; readonly now: Date | undefined }
    | undefined;
  readonly policy: Policy;
}

export function describeSetup({ tokenizer, template, ...policy }: PrepareOptions): PreparationSetup {
  return {
    tokenizer: [tokenizer.toTokenizerJson(), stringifyJson(tokenizer.toObjects().tokenizerConfig)],
    template: template && describeTemplate(template),
    policy,
  };
}

/** A clock cannot be told another thread, but the time that it stands at; the machine's is the same there. */
function describeTemplate({
  source,
  options: { now, ...options },
}: ChatTemplate): NonNullable<PreparationSetup['template']> {
  return { source, options, now: now?.() };
}

export function restoreSetup({ tokenizer, template, policy }: PreparationSetup): PrepareOptions {
  const [json, config] = tokenizer;
  return {
    ...policy,
    tokenizer: Tokenizer.fromObjects(JSON.parse(json), parseJson(config)),
    template: template && restoreTemplate(template),
  };
}

function restoreTemplate({ source, options, now }: NonNullable<PreparationSetup['template']>): ChatTemplate {
  return ChatTemplate.fromSource(source, { ...options, ...(now && { now: () => now }) });
}
