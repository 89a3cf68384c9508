import type { Operation } from '../operation.js';
import { emit, type Tensor } from '../trace.js';
import type { AttentionAttributes } from './attention.js';
import { attentionRows, attentionShape, attentionSizes, rowWeights } from './attention-rows.js';
import { expectSame } from './expect-same.js';

export const attentionGradientOperation: Operation<AttentionAttributes> = {
  name: 'attentionGradient',

  outputTypes([q, k, v, mask, y, g], attributes) {
    expectSame('attentionGradient', [q!, y!, g!]);
    return [attentionShape('attentionGradient', [q!, k!, v!, mask!], attributes), k!, v!];
  },

  reference({ inputs: [q, k, v, mask, y, g], inputTypes, attributes: { scale } }) {
    const sizes = attentionSizes(inputTypes);
    const { depth } = sizes;
    const dq = new Float64Array(q!.length);
    const dk = new Float64Array(k!.length);
    const dv = new Float64Array(v!.length);
    for (const row of attentionRows(sizes)) {
      let delta = 0;
      for (let i = row.query; i < row.query + depth; i++) {
        delta += y![i]! * g![i]!;
      }
      for (const [key, weight] of rowWeights(row, [q!, k!, mask!], sizes, scale).entries()) {
        const at = row.keys + key * depth;
        let dWeight = 0;
        for (let i = 0; i < depth; i++) {
          dWeight += g![row.query + i]! * v![at + i]!;
        }
        const dScore = scale * weight * (dWeight - delta);
        for (let i = 0; i < depth; i++) {
          dq[row.query + i]! += dScore * k![at + i]!;
          dk[at + i]! += dScore * q![row.query + i]!;
          dv[at + i]! += weight * g![row.query + i]!;
        }
      }
    }
    return [dq, dk, dv];
  },
};

/**
 * Gradients of `attention` for an output gradient g, computing the weights again. The gradient of a row of scores is
 * weights * (g v^T - delta), where delta, the sum over all keys of weight times its gradient, is y . g.
 * @param inputs q, k, v, mask of `attention`
 * @param y (B, H, T, D) its result
 * @param g (B, H, T, D)
 * @returns by q (B, H, T, D), by k (B, K, S, D), by v (B, K, S, D)
 * @see Dao et al., 2022, appendix B.2
 */
export function attentionGradient(
  inputs: readonly [q: Tensor, k: Tensor, v: Tensor, mask: Tensor],
  y: Tensor,
  g: Tensor,
  attributes: AttentionAttributes,
): [Tensor, Tensor, Tensor] {
  const [dq, dk, dv] = emit(attentionGradientOperation, [...inputs, y, g], attributes);
  return [dq!, dk!, dv!];
}
