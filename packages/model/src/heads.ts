import { reshape, type Tensor, transpose } from '@sftkit/tensor';

/** Splits a projection into heads: (B, T, H * D) -> (B, H, T, D). */
export function splitHeads(x: Tensor, numHeads: number): Tensor {
  const [rows, length, width] = x.shape as [number, number, number];
  return transpose(reshape(x, [rows, length, numHeads, width / numHeads]), [0, 2, 1, 3]); // (B, T, H, D) -> (B, H, T, D)
}

/** Joins heads again: (B, H, T, D) -> (B, T, H * D). */
export function mergeHeads(x: Tensor): Tensor {
  const [rows, numHeads, length, headWidth] = x.shape as [number, number, number, number];
  return reshape(transpose(x, [0, 2, 1, 3]), [rows, length, numHeads * headWidth]); // (B, H, T, D) -> (B, T, H * D)
}
