import { add } from '../ops/add.js';
import { matmul } from '../ops/matmul.js';
import { reshape } from '../ops/reshape.js';
import { sizeOf } from '../shape.js';
import type { Tensor } from '../trace.js';

/**
 * x times the transpose of a weight, plus a bias.
 * @param x (..., I)
 * @param weight (O, I), as in PyTorch
 * @param bias (O)
 * @returns (..., O)
 * @throws {ShapeError} if the inner lengths differ
 */
export function linear(x: Tensor, weight: Tensor, bias?: Tensor): Tensor {
  const leading = x.shape.slice(0, -1);
  // One large product instead of a stack of small ones. (..., I) -> (M, I)
  const flat = reshape(x, [sizeOf(leading), ...x.shape.slice(-1)]);
  const product = matmul(flat, weight, { transposeB: true }); // (M, O)
  const y = bias === undefined ? product : add(product, bias);
  return reshape(y, [...leading, weight.shape[0]!]);
}
