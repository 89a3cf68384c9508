/**
 * What gradients are multiplied by so that their global norm is at most `maxNorm`: PyTorch's
 * `clip_grad_norm_`, the 1e-6 in the denominator included.
 * @param maxNorm undefined: no clipping
 */
export function clipScale(norm: number, maxNorm: number | undefined): number {
  return maxNorm === undefined ? 1 : Math.min(1, maxNorm / (norm + 1e-6));
}
