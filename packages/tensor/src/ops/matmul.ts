import type { Operation } from '../operation.js';
import { formatShape, sameShape, sizeOf } from '../shape.js';
import { ShapeError } from '../tensor-error.js';
import { emit, type Tensor } from '../trace.js';
import { expectF32 } from './expect-f32.js';

export type MatmulAttributes = {
  readonly transposeA: boolean;
  readonly transposeB: boolean;
  readonly alpha: number;
};

export const matmulOperation: Operation<MatmulAttributes> = {
  name: 'matmul',

  outputTypes([a, b], { transposeA, transposeB }) {
    const shapeA = expectF32('matmul', a!).shape;
    const shapeB = expectF32('matmul', b!).shape;
    const rank = shapeA.length;
    if (rank < 2 || shapeB.length !== rank || !sameShape(shapeA.slice(0, -2), shapeB.slice(0, -2))) {
      throw new ShapeError(
        `matmul: expected two matrices or two stacks of equally many, got ${formatShape(shapeA)} and ${formatShape(shapeB)}; reshape one of them`,
      );
    }
    const [m, innerA] = transposeA
      ? [shapeA[rank - 1]!, shapeA[rank - 2]!]
      : [shapeA[rank - 2]!, shapeA[rank - 1]!];
    const [innerB, n] = transposeB
      ? [shapeB[rank - 1]!, shapeB[rank - 2]!]
      : [shapeB[rank - 2]!, shapeB[rank - 1]!];
    if (innerA !== innerB) {
      throw new ShapeError(
        `matmul: inner lengths differ, ${innerA} and ${innerB}, for ${formatShape(shapeA)}${transposeA ? ' transposed' : ''} ` +
          `times ${formatShape(shapeB)}${transposeB ? ' transposed' : ''}; check the transpose flags`,
      );
    }
    return [{ dtype: 'f32', shape: [...shapeA.slice(0, -2), m, n] }];
  },

  gradient({ inputs: [a, b], outputGradients: [g], attributes: { transposeA, transposeB, alpha }, wanted }) {
    return [
      wanted[0]
        ? transposeA
          ? matmul(b!, g!, { transposeA: transposeB, transposeB: true, alpha })
          : matmul(g!, b!, { transposeB: !transposeB, alpha })
        : undefined,
      wanted[1]
        ? transposeB
          ? matmul(g!, a!, { transposeA: true, transposeB: transposeA, alpha })
          : matmul(a!, g!, { transposeA: !transposeA, alpha })
        : undefined,
    ];
  },

  reference({
    inputs: [a, b],
    inputTypes: [typeA],
    outputTypes: [type],
    attributes: { transposeA, transposeB, alpha },
  }) {
    const [m, n] = type!.shape.slice(-2) as [number, number];
    const inner = typeA!.shape.at(transposeA ? -2 : -1)!;
    const stack = sizeOf(type!.shape.slice(0, -2));
    const y = new Float64Array(stack * m * n);
    for (let s = 0; s < stack; s++) {
      for (let i = 0; i < m; i++) {
        for (let j = 0; j < n; j++) {
          let sum = 0;
          for (let k = 0; k < inner; k++) {
            const atA = s * m * inner + (transposeA ? k * m + i : i * inner + k);
            const atB = s * inner * n + (transposeB ? j * inner + k : k * n + j);
            sum += a![atA]! * b![atB]!;
          }
          y[(s * m + i) * n + j] = alpha * sum;
        }
      }
    }
    return [y];
  },
};

/**
 * Matrix product of the last two axes, over equal leading axes: alpha * op(a) @ op(b).
 * @param a (..., M, K), or (..., K, M) with `transposeA`
 * @param b (..., K, N), or (..., N, K) with `transposeB`
 * @returns (..., M, N)
 * @throws {ShapeError} if ranks, leading axes or inner lengths differ
 */
export function matmul(
  a: Tensor,
  b: Tensor,
  { transposeA = false, transposeB = false, alpha = 1 }: Partial<MatmulAttributes> = {},
): Tensor {
  return emit(matmulOperation, [a, b], { transposeA, transposeB, alpha })[0]!;
}
