/** How examples are prepared, as text and numbers that another thread can be told. */
import { ChatTemplate, type ChatTemplateOptions } from '@sftkit/templates';
import { Tokenizer } from '@sftkit/tokenization';
import type { PrepareOptions } from './prepare-example.js';

type Policy = Pick<PrepareOptions, 'mask' | 'roles' | 'reasoning' | 'stopTokens'>;

export interface PreparationSetup {
  /** Both files as JSON: text crosses to another thread several times faster than a vocabulary of objects. */
  readonly tokenizer: string;
  readonly template: Pick<ChatTemplate, 'source' | 'options'> | undefined;
  readonly policy: Policy;
}

export function describeSetup({ tokenizer, template, ...policy }: PrepareOptions): PreparationSetup {
  return {
    tokenizer: JSON.stringify(tokenizer.toObjects()),
    template: template && { source: template.source, options: describeTemplate(template) },
    policy,
  };
}

/** A clock cannot be told another thread; the machine's is the same there. */
function describeTemplate({ options: { now: _clock, ...options } }: ChatTemplate): ChatTemplateOptions {
  return options;
}

export function restoreSetup({ tokenizer, template, policy }: PreparationSetup): PrepareOptions {
  const { tokenizerJson, tokenizerConfig } = JSON.parse(tokenizer) as ReturnType<Tokenizer['toObjects']>;
  return {
    ...policy,
    tokenizer: Tokenizer.fromObjects(tokenizerJson, tokenizerConfig),
    template: template && ChatTemplate.fromSource(template.source, template.options),
  };
}
