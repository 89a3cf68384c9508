import { constant, i32, matmul, type Program, pad, type Tensor, trace } from '@sftkit/tensor';
import type { DecoderModel } from '../decoder-model.js';
import { keysName, valuesName } from './cache-shape.js';
import { parameterTypes } from './parameter-types.js';

/**
 * The program that reads a prompt. Prompts shorter than T are padded at the end: no token of the prompt sees what
 * comes after it, and the padding's place in the cache is hidden by its position until a new token takes it.
 *
 * Inputs: the parameters, `inputIds` i32 (1, T), `last` i32 (1), the index of the prompt's last token.
 * Outputs: `logits` (1, V) after that token; `keys/<layer>` and `values/<layer>` (1, K, S, D).
 * @param length T
 * @param contextLength S
 */
export function prefillProgram(model: DecoderModel, length: number, contextLength: number): Program {
  const inputs = { ...parameterTypes(model.parameters), inputIds: i32(1, length), last: i32(1) };
  return trace(inputs, (tensors) => {
    const { inputIds, last } = tensors;
    const cached: Record<string, Tensor> = {};
    const toContext = (x: Tensor) => pad(x, 2, 0, contextLength - length); // (1, K, T, D) -> (1, K, S, D)
    const positions = constant(
      Int32Array.from({ length }, (_, index) => index),
      [1, length],
    );
    const segmentIds = constant(new Int32Array(length), [1, length]);
    const cache = {
      segmentIds,
      positions,
      extend: (layer: number, keys: Tensor, values: Tensor) => {
        cached[keysName(layer)] = toContext(keys);
        cached[valuesName(layer)] = toContext(values);
        return { keys, values };
      },
    };
    const lastHidden = model.hidden(tensors, { inputIds, positions, segmentIds }, { cache, wanted: last }); // (1, C)
    return { logits: matmul(lastHidden, model.head(tensors), { transposeB: true }), ...cached };
  });
}

/** Shortest prompt that a program is compiled for; longer ones are rounded up to powers of two. */
const MIN_PREFILL_LENGTH = 16;

/** T of the program that reads a prompt of so many tokens. */
export function prefillLength(promptTokens: number, contextLength: number): number {
  const powerOfTwo = 2 ** Math.ceil(Math.log2(promptTokens));
  return Math.min(Math.max(powerOfTwo, MIN_PREFILL_LENGTH), contextLength);
}
