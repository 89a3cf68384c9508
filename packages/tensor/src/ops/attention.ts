/**
 * Attention as one operation, so that a backend may choose how much of the (T, S) scores exists at once, and leave out
 * what the mask hides anyway. Its gradient computes the weights again: what is kept is the result, (T, D), and never
 * anything of size (T, S).
 */
import type { Operation } from '../operation.js';
import { emit, type Tensor } from '../trace.js';
import { attentionGradient } from './attention-gradient.js';
import { attentionRows, attentionShape, attentionSizes, rowWeights } from './attention-rows.js';

export type AttentionAttributes = {
  /** Factor on the scores. */
  readonly scale: number;
  /** Promise that the mask hides every key that stands after the query in the row; T equals S. */
  readonly causal: boolean;
  /** Where it is causal, promise that the mask hides all but this many keys, the query's own included. */
  readonly reach?: number | undefined;
};

export const attentionOperation: Operation<AttentionAttributes> = {
  name: 'attention',

  outputTypes(inputs, attributes) {
    return [attentionShape('attention', inputs, attributes)];
  },

  gradient({ inputs: [q, k, v, mask], outputs: [y], outputGradients: [g], attributes }) {
    return attentionGradient([q!, k!, v!, mask!], y!, g!, attributes);
  },

  reference({ inputs: [q, k, v, mask], inputTypes, attributes: { scale } }) {
    const sizes = attentionSizes(inputTypes);
    const { depth } = sizes;
    const y = new Float64Array(q!.length);
    for (const row of attentionRows(sizes)) {
      const weights = rowWeights(row, [q!, k!, mask!], sizes, scale);
      for (const [key, weight] of weights.entries()) {
        for (let i = 0; i < depth; i++) {
          y[row.query + i]! += weight * v![row.keys + key * depth + i]!;
        }
      }
    }
    return [y];
  },
};

/**
 * Scaled dot-product attention. H / K neighbouring query heads share one key-value head.
 * @param q (B, H, T, D)
 * @param k (B, K, S, D)
 * @param v (B, K, S, D)
 * @param mask (B, 1, T, S) added to the scores, see `attentionMask`; not differentiated
 * @param options scale: factor on the scores, 1 / sqrt(D) by default. causal: promise that the mask hides every key that
 *   stands after the query in the row (T equals S), which lets a backend skip them; false by default. reach: promise that it also hides all but the query's own key and
 *   the reach - 1 keys before it
 * @returns (B, H, T, D)
 * @throws {ShapeError} if H is no multiple of K, or sizes differ
 * @see Ainslie et al., 2023 (grouped heads); Dao et al., 2022 (weights computed again for the gradient)
 */
export function attention(
  q: Tensor,
  k: Tensor,
  v: Tensor,
  mask: Tensor,
  { scale, causal = false, reach }: Partial<AttentionAttributes> = {},
): Tensor {
  const depth = q.shape.at(-1) ?? 1;
  return emit(attentionOperation, [q, k, v, mask], {
    scale: scale ?? 1 / Math.sqrt(depth),
    causal,
    reach,
  })[0]!;
}
