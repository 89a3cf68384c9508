import type { Backend } from '../src/backend.js';
import { matmul } from '../src/ops/matmul.js';
import { f32, trace } from '../src/trace.js';

/** Rows, columns, inner length: each length about a tile's border in each place, and stacks of both tiles. */
const SIZES: readonly (readonly [stack: number, m: number, n: number, inner: number])[] = [
  [1, 1, 1, 1],
  [1, 3, 129, 15],
  [1, 15, 3, 16],
  [1, 16, 15, 17],
  [1, 17, 16, 63],
  [1, 63, 17, 64],
  [1, 64, 63, 65],
  [1, 65, 64, 129],
  [1, 129, 65, 1],
  [1, 1, 129, 3],
  [1, 64, 64, 16],
  [1, 33, 129, 63],
  [3, 17, 15, 65],
  [3, 65, 63, 17],
];

const ALPHA = -0.5;

/**
 * Products of small whole numbers, exact in float32 in whatever order they are added.
 * @returns one line for each product with a wrong number
 */
export async function tileBorderCheck(backend: Backend): Promise<string[]> {
  const failures: string[] = [];
  for (const [stack, m, n, inner] of SIZES) {
    const a = Float32Array.from({ length: stack * m * inner }, (_, i) => ((i * 7) % 23) - 11);
    const b = Float32Array.from({ length: stack * inner * n }, (_, i) => ((i * 5) % 19) - 9);
    for (const transposeA of [false, true]) {
      for (const transposeB of [false, true]) {
        const types = {
          a: f32(stack, ...(transposeA ? [inner, m] : [m, inner])),
          b: f32(stack, ...(transposeB ? [n, inner] : [inner, n])),
        };
        const executable = await backend.compile(
          trace(types, (x) => ({ y: matmul(x.a, x.b, { transposeA, transposeB, alpha: ALPHA }) })),
        );
        const { y } = await executable.run({ a, b });
        const actual = await y!.read();
        const wrong = actual.findIndex((value, i) => {
          const [s, row, column] = [Math.floor(i / (m * n)), Math.floor(i / n) % m, i % n];
          let sum = 0;
          for (let k = 0; k < inner; k++) {
            const fromA = transposeA ? k * m + row : row * inner + k;
            const fromB = transposeB ? column * inner + k : k * n + column;
            sum += a[s * m * inner + fromA]! * b[s * inner * n + fromB]!;
          }
          return value !== ALPHA * sum;
        });
        if (wrong !== -1) {
          failures.push(
            `${stack} x (${m}, ${inner}) by (${inner}, ${n}), transposed ${transposeA} and ${transposeB}: element ${wrong} is ${actual[wrong]}`,
          );
        }
        y!.dispose();
        executable.dispose();
      }
    }
  }
  return failures;
}
