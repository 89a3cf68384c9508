import {
  add,
  constant,
  f32,
  i32,
  matmul,
  mul,
  type Program,
  reshape,
  scatterAdd,
  sub,
  type Tensor,
  type TensorType,
  trace,
} from '@sftkit/tensor';
import type { DecoderModel } from '../decoder-model.js';
import { cacheShape, keysName, valuesName } from './cache-shape.js';
import { parameterTypes } from './parameter-types.js';

/**
 * The program that reads one new token and writes its keys and values into the cache.
 *
 * Inputs: the parameters, `inputIds` and `position` i32 (1, 1), `keys/<layer>` and `values/<layer>` (1, K, S, D).
 * Outputs: `logits` (1, V), and the cache again, to be written over its inputs.
 * @param contextLength S
 */
export function decodeProgram(model: DecoderModel, contextLength: number): Program {
  const { names, shape } = cacheShape(model.config, contextLength);
  const inputs: Record<string, TensorType> = {
    ...parameterTypes(model.parameters),
    ...Object.fromEntries(names.map((name) => [name, f32(...shape)])),
    inputIds: i32(1, 1),
    position: i32(1, 1),
  };
  return trace(inputs, (tensors) => {
    const inputIds = tensors.inputIds!;
    const position = tensors.position!;
    const written: Record<string, Tensor> = {};
    // 1 at the new token's place in the context, 0 elsewhere.
    const place = reshape(
      scatterAdd(constant(Float32Array.of(1), [1, 1]), reshape(position, [1]), contextLength),
      [1, 1, contextLength, 1],
    );
    const otherPlaces = sub(constant(1), place);
    const write = (name: string, added: Tensor) => {
      // (1, K, S, D) * (1, 1, S, 1) + (1, K, 1, D) * (1, 1, S, 1)
      const next = add(mul(tensors[name]!, otherPlaces), mul(added, place));
      written[name] = next;
      return next;
    };
    const cache = {
      segmentIds: constant(new Int32Array(contextLength), [1, contextLength]),
      positions: constant(
        Int32Array.from({ length: contextLength }, (_, index) => index),
        [1, contextLength],
      ),
      extend: (layer: number, keys: Tensor, values: Tensor) => ({
        keys: write(keysName(layer), keys),
        values: write(valuesName(layer), values),
      }),
    };
    const segmentIds = constant(new Int32Array(1), [1, 1]);
    const hidden = model.hidden(tensors, { inputIds, positions: position, segmentIds }, { cache }); // (1, 1, C)
    const logits = matmul(reshape(hidden, [1, model.config.width]), model.head(tensors), {
      transposeB: true,
    });
    return { logits, ...written };
  });
}
