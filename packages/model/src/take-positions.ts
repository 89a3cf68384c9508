import { gather, reshape, type Tensor } from '@sftkit/tensor';

/**
 * The named positions of a packed batch.
 * @param x (B, T, C)
 * @param positions i32 (N), counted row by row through B * T; undefined: all of them
 * @returns (N, C); x itself without positions
 */
export function takePositions(x: Tensor, positions: Tensor | undefined): Tensor {
  if (positions === undefined) {
    return x;
  }
  const [rows, length, width] = x.shape as [number, number, number];
  return gather(reshape(x, [rows * length, width]), positions); // (B * T, C) -> (N, C)
}
