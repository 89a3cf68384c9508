import { add, dropout, type Tensor } from '@sftkit/tensor';
import type { Branch, ResidualDropout } from './decoder-model.js';

/** The residual stream after a branch: x + dropout(branch). All of one shape (..., C). */
export function addBranch(
  x: Tensor,
  output: Tensor,
  layer: number,
  branch: Branch,
  residualDropout: ResidualDropout | undefined,
): Tensor {
  const rate = residualDropout?.rates[layer] ?? 0;
  return add(
    x,
    residualDropout === undefined || rate === 0
      ? output
      : dropout(output, residualDropout.key(layer, branch), rate),
  );
}
