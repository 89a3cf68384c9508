import type { Operation } from '../operation.js';
import { formatShape, sameShape } from '../shape.js';
import { ShapeError } from '../tensor-error.js';
import { emit, type Tensor } from '../trace.js';

export type AttentionMaskAttributes = {
  /** Keys that a query sees at most, itself included; undefined: all before it. */
  readonly window: number | undefined;
};

/** Added to the score of a key that must not be seen. Finite, since gpu.js has no infinity and 0 * infinity is NaN. */
const HIDDEN = -1e30;

export const attentionMaskOperation: Operation<AttentionMaskAttributes> = {
  name: 'attentionMask',

  outputTypes([querySegments, keySegments, queryPositions, keyPositions]) {
    const inputs = [querySegments!, keySegments!, queryPositions!, keyPositions!];
    const [batch, queries] = querySegments!.shape;
    const [keyBatch, keys] = keySegments!.shape;
    const fits =
      inputs.every(({ dtype, shape }) => dtype === 'i32' && shape.length === 2) &&
      batch === keyBatch &&
      sameShape(querySegments!.shape, queryPositions!.shape) &&
      sameShape(keySegments!.shape, keyPositions!.shape);
    if (!fits) {
      const got = inputs.map(({ dtype, shape }) => `${dtype} ${formatShape(shape)}`).join(', ');
      throw new ShapeError(
        `attentionMask: expected i32 segments (B, T), (B, S) and positions (B, T), (B, S), got ${got}`,
      );
    }
    return [{ dtype: 'f32', shape: [batch!, 1, queries!, keys!] }];
  },

  reference({
    inputs: [querySegments, keySegments, queryPositions, keyPositions],
    outputTypes: [type],
    attributes: { window = Number.POSITIVE_INFINITY },
  }) {
    const [batch, , queries, keys] = type!.shape as [number, number, number, number];
    const mask = new Float64Array(batch * queries * keys);
    for (let i = 0; i < mask.length; i++) {
      const query = Math.floor(i / keys);
      const key = Math.floor(query / queries) * keys + (i % keys);
      const distance = queryPositions![query]! - keyPositions![key]!;
      const visible = querySegments![query] === keySegments![key] && distance >= 0 && distance < window;
      mask[i] = visible ? 0 : HIDDEN;
    }
    return [mask];
  },
};

/**
 * Which keys each query may look at: those of its own segment, not after it, and inside the window.
 * @param querySegments (B, T) i32
 * @param keySegments (B, S) i32
 * @param queryPositions (B, T) i32
 * @param keyPositions (B, S) i32
 * @returns (B, 1, T, S): 0 where the query may look, -1e30 elsewhere; not differentiable
 */
export function attentionMask(
  querySegments: Tensor,
  keySegments: Tensor,
  queryPositions: Tensor,
  keyPositions: Tensor,
  { window }: Partial<AttentionMaskAttributes> = {},
): Tensor {
  const inputs = [querySegments, keySegments, queryPositions, keyPositions];
  return emit(attentionMaskOperation, inputs, { window })[0]!;
}
