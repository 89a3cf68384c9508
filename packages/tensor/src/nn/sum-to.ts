import { reshape } from '../ops/reshape.js';
import { sum } from '../ops/sum.js';
import type { Tensor } from '../trace.js';
import type { Shape } from '../types.js';

/**
 * Undoes a broadcast: sums x over the axes along which `shape` was stretched to become x's.
 * Neighbouring stretched axes are merged first, so (B, T, C) -> (C) is one sum over B * T.
 * @param shape broadcasts to x's shape
 */
export function sumTo(x: Tensor, shape: Shape): Tensor {
  const missing = x.shape.length - shape.length;
  const runs: { readonly stretched: boolean; length: number }[] = [];
  for (const [axis, length] of x.shape.entries()) {
    const stretched = length !== 1 && (axis < missing || shape[axis - missing] === 1);
    const last = runs.at(-1);
    if (last?.stretched === stretched || (last !== undefined && length === 1)) {
      last.length *= length;
    } else {
      runs.push({ stretched, length });
    }
  }
  let y = x;
  if (runs.some((run) => run.stretched)) {
    const merged = runs.map((run) => run.length);
    y = reshape(x, merged);
  }
  // From the end, so that the axes still to be summed keep their numbers.
  for (let axis = runs.length - 1; axis >= 0; axis--) {
    if (runs[axis]!.stretched) {
      y = sum(y, axis);
    }
  }
  return reshape(y, shape);
}
