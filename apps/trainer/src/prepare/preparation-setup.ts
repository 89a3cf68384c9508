/** How examples are prepared, as text and numbers that another thread can be told. */
import { ChatTemplate } from '@sftkit/templates';
import { Tokenizer } from '@sftkit/tokenization';
import type { PrepareOptions } from './prepare-example.js';

type Policy = Pick<PrepareOptions, 'mask' | 'roles' | 'reasoning'>;

export interface PreparationSetup {
  /** Both files as JSON: text crosses to another thread several times faster than a vocabulary of objects. */
  readonly tokenizer: string;
  readonly template: Pick<ChatTemplate, 'source' | 'name' | 'specialTokens'> | undefined;
  readonly policy: Policy;
}

export function describeSetup({ tokenizer, template, ...policy }: PrepareOptions): PreparationSetup {
  return {
    tokenizer: JSON.stringify(tokenizer.toObjects()),
    template: template && {
      source: template.source,
      name: template.name,
      specialTokens: template.specialTokens,
    },
    policy,
  };
}

export function restoreSetup({ tokenizer, template, policy }: PreparationSetup): PrepareOptions {
  const { tokenizerJson, tokenizerConfig } = JSON.parse(tokenizer) as ReturnType<Tokenizer['toObjects']>;
  return {
    ...policy,
    tokenizer: Tokenizer.fromObjects(tokenizerJson, tokenizerConfig),
    template: template && ChatTemplate.fromSource(template.source, template),
  };
}
