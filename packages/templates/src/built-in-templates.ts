import { chatmlSource } from './built-in/chatml.js';
import { classicSource } from './built-in/classic.js';

export interface BuiltInTemplate {
  readonly source: string;
  /** The control tokens that the template writes; a tokenizer must have each as one special token. */
  readonly specialTokens: readonly string[];
  /** The control token that ends a turn: the model's stop token. */
  readonly endOfTurn: string;
}

/** Templates with generation markers around content and end of turn. */
export const builtInTemplates = {
  classic: {
    source: classicSource,
    specialTokens: ['<|system|>', '<|user|>', '<|assistant|>', '<|end|>'],
    endOfTurn: '<|end|>',
  },
  chatml: {
    source: chatmlSource,
    specialTokens: ['<|im_start|>', '<|im_end|>'],
    endOfTurn: '<|im_end|>',
  },
} as const satisfies Record<string, BuiltInTemplate>;

export type BuiltInTemplateName = keyof typeof builtInTemplates;
