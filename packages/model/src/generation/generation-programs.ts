import type { Program } from '@sftkit/tensor';
import type { DecoderModel } from '../decoder-model.js';
import { cacheShape } from './cache-shape.js';
import { decodeProgram } from './decode-program.js';
import { prefillLength, prefillProgram } from './prefill-program.js';

/** What generating takes, known before anything runs. */
export interface GenerationPlan {
  /** The programs that stay compiled together: some read prompts, each of its own length, one writes a token. */
  readonly programs: readonly Program[];
  /** Of keys and values, for the whole context. */
  readonly cacheBytes: number;
}

/**
 * The programs of a `TokenGenerator`, as to plan their memory.
 * @param options promptTokens: of each prompt
 */
export function generationPlan(
  model: DecoderModel,
  {
    promptTokens,
    contextLength,
  }: { readonly promptTokens: readonly number[]; readonly contextLength: number },
): GenerationPlan {
  const { names, shape } = cacheShape(model.config, contextLength);
  const lengths = new Set(promptTokens.map((tokens) => prefillLength(tokens, contextLength)));
  const prefills = Array.from(lengths, (length) => prefillProgram(model, length, contextLength));
  return {
    programs: [...prefills, decodeProgram(model, contextLength)],
    cacheBytes: 4 * names.length * shape.reduce((size, n) => size * n, 1),
  };
}
