import type { Operation } from '../operation.js';
import { formatShape, sameShape } from '../shape.js';
import { ShapeError } from '../tensor-error.js';
import { emit, type Tensor } from '../trace.js';
import { expectF32 } from './expect-f32.js';
import { expectRow } from './gather.js';

export type RotaryAttributes = {
  /** Turn back instead of forth: the gradient. */
  readonly inverse: boolean;
};

export const rotaryOperation: Operation<RotaryAttributes> = {
  name: 'rotary',

  outputTypes([x, positions, cos, sin]) {
    const type = expectF32('rotary', x!);
    const [batch, , length, width] = type.shape;
    if (type.shape.length !== 4 || width! % 2 !== 0) {
      throw new ShapeError(`rotary: expected x (B, H, T, D) with an even D, got ${formatShape(type.shape)}`);
    }
    if (positions!.dtype !== 'i32' || !sameShape(positions!.shape, [batch!, length!])) {
      throw new ShapeError(
        `rotary: expected i32 positions ${formatShape([batch!, length!])} for x ${formatShape(type.shape)}, got ${positions!.dtype} ${formatShape(positions!.shape)}`,
      );
    }
    const table = expectF32('rotary', cos!).shape;
    if (table.length !== 2 || table[1] !== width! / 2 || !sameShape(table, expectF32('rotary', sin!).shape)) {
      throw new ShapeError(
        `rotary: expected cos and sin (M, ${width! / 2}), got ${formatShape(table)} and ${formatShape(sin!.shape)}; make them with rotaryTables`,
      );
    }
    return [type];
  },

  gradient({ inputs: [, positions, cos, sin], outputGradients: [g], attributes: { inverse } }) {
    return [rotary(g!, positions!, cos!, sin!, { inverse: !inverse })];
  },

  reference({ inputs: [x, positions, cos, sin], inputTypes: [type, , table], attributes: { inverse } }) {
    const [, heads, length, width] = type!.shape as [number, number, number, number];
    const half = width / 2;
    const y = new Float64Array(x!.length);
    for (let row = 0; row < y.length / width; row++) {
      const batch = Math.floor(row / (heads * length));
      const position = positions![batch * length + (row % length)]!;
      expectRow('rotary', position, table!.shape[0]!);
      for (let i = 0; i < half; i++) {
        const c = cos![position * half + i]!;
        const s = sin![position * half + i]! * (inverse ? -1 : 1);
        const first = x![row * width + i]!;
        const second = x![row * width + half + i]!;
        y[row * width + i] = first * c - second * s;
        y[row * width + half + i] = second * c + first * s;
      }
    }
    return [y];
  },
};

/**
 * Rotary position embedding, halves paired as in Hugging Face: (x1, x2) -> (x1 cos - x2 sin, x2 cos + x1 sin).
 * @param x (B, H, T, D), D even
 * @param positions (B, T) i32: rows of the tables
 * @param cos (M, D/2), see `rotaryTables`; not differentiated
 * @param sin (M, D/2); not differentiated
 * @returns (B, H, T, D)
 * @see Su et al., 2021 (there, neighbouring elements are paired)
 */
export function rotary(
  x: Tensor,
  positions: Tensor,
  cos: Tensor,
  sin: Tensor,
  { inverse = false }: Partial<RotaryAttributes> = {},
): Tensor {
  return emit(rotaryOperation, [x, positions, cos, sin], { inverse })[0]!;
}
