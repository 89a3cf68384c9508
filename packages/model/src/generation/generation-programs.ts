import type { Program } from '@sftkit/tensor';
import type { DecoderModel } from '../decoder-model.js';
import { cacheShape } from './cache-shape.js';
import { decodeProgram } from './decode-program.js';
import { prefillLength, prefillProgram } from './prefill-program.js';

/** What generating takes, known before anything runs. */
export interface GenerationPlan {
  /** The programs that stay compiled together: one reads the prompt, one writes a token. */
  readonly programs: readonly Program[];
  /** Of keys and values, for the whole context. */
  readonly cacheBytes: number;
}

/** The programs of a `TokenGenerator` for prompts of so many tokens, as to plan their memory. */
export function generationPlan(
  model: DecoderModel,
  { promptTokens, contextLength }: { readonly promptTokens: number; readonly contextLength: number },
): GenerationPlan {
  const { names, shape } = cacheShape(model.config, contextLength);
  const length = prefillLength(promptTokens, contextLength);
  return {
    programs: [prefillProgram(model, length, contextLength), decodeProgram(model, contextLength)],
    cacheBytes: 4 * names.length * shape.reduce((size, n) => size * n, 1),
  };
}
