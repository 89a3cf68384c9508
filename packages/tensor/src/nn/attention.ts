import { add } from '../ops/add.js';
import { matmul } from '../ops/matmul.js';
import { reshape } from '../ops/reshape.js';
import { softmax } from '../ops/softmax.js';
import { formatShape } from '../shape.js';
import { ShapeError } from '../tensor-error.js';
import type { Tensor } from '../trace.js';

/**
 * Scaled dot-product attention. H / K neighbouring query heads share one key-value head; their queries are
 * stacked under it, so keys and values are never copied.
 * @param q (B, H, T, D)
 * @param k (B, K, S, D)
 * @param v (B, K, S, D)
 * @param mask (B, 1, T, S), see `attentionMask`
 * @param options scale: factor on the scores, 1 / sqrt(D) by default
 * @returns (B, H, T, D)
 * @throws {ShapeError} if H is no multiple of K, or sizes differ
 * @see Ainslie et al., 2023 (grouped heads)
 */
export function attention(
  q: Tensor,
  k: Tensor,
  v: Tensor,
  mask: Tensor,
  { scale }: { readonly scale?: number } = {},
): Tensor {
  if (q.shape.length !== 4 || k.shape.length !== 4) {
    throw new ShapeError(
      `attention: expected q (B, H, T, D) and k (B, K, S, D), got ${formatShape(q.shape)} and ${formatShape(k.shape)}`,
    );
  }
  const [b, h, t, d] = q.shape as [number, number, number, number];
  const [, heads, s] = k.shape as [number, number, number, number];
  if (h % heads !== 0) {
    throw new ShapeError(
      `attention: ${h} query heads cannot share ${heads} key-value heads; numHeads must be a multiple of numKvHeads`,
    );
  }
  const grouped = reshape(q, [b, heads, (h / heads) * t, d]); // (B, H, T, D) -> (B, K, H/K * T, D)
  const alpha = scale ?? 1 / Math.sqrt(d);
  const scores = reshape(matmul(grouped, k, { transposeB: true, alpha }), [b, h, t, s]);
  const weights = softmax(add(scores, mask)); // (B, H, T, S)
  const mixed = matmul(reshape(weights, [b, heads, (h / heads) * t, s]), v); // (B, K, H/K * T, D)
  return reshape(mixed, [b, h, t, d]);
}
