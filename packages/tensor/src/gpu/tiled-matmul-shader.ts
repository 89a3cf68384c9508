/**
 * The matrix product in WGSL. A workgroup computes a square tile of the result and walks along the inner
 * length in steps: it copies a strip of either matrix into workgroup memory, where each number is read many
 * times, and every thread adds up perThread x perThread results in registers. gpu.js has no workgroup memory,
 * so this cannot be said as one of its kernels.
 */

/** Side of a workgroup's square of results, and of a thread's. Their quotient squared is the number of threads. */
export interface Tile {
  readonly side: number;
  readonly perThread: 2 | 4;
}

/** 256 threads, the most that every device has. */
export const LARGE_TILE: Tile = { side: 64, perThread: 4 };

/** For sizes of which a large tile would compute mostly nothing. */
export const SMALL_TILE: Tile = { side: 16, perThread: 2 };

/** Steps along the inner length that lie in workgroup memory at once: 8 KB of the 16 KB that every device has. */
const DEPTH = 16;

export interface ShaderOptions {
  readonly tile: Tile;
  readonly transposeA: boolean;
  readonly transposeB: boolean;
}

export function tiledMatmulShader({
  tile: { side, perThread },
  transposeA,
  transposeB,
}: ShaderOptions): string {
  const across = side / perThread;
  const threads = across * across;
  // One more than the side: threads that write a column of the strip hit different memory banks.
  const stride = side + 1;
  const each = Array.from({ length: perThread }, (_, i) => i);
  const vector = `vec${perThread}<f32>`;
  const lines = (line: (i: number) => string) => each.map(line).join('\n');

  // Neighbouring threads read neighbouring numbers: along k where rows of the matrix run along k.
  const strip = (name: 'a' | 'b', alongK: boolean, first: string, length: string) => `
    for (var i = thread; i < ${DEPTH * side}u; i += ${threads}u) {
      let k = i ${alongK ? `% ${DEPTH}u` : `/ ${side}u`};
      let at = i ${alongK ? `/ ${DEPTH}u` : `% ${side}u`};
      let other = ${first} + at;
      var value = 0.0;
      if (start + k < sizes.inner && other < ${length}) {
        value = ${name}[matrix * sizes.inner * ${length} + ${alongK ? 'other * sizes.inner + start + k' : `(start + k) * ${length} + other`}];
      }
      strip_${name}[k * ${stride}u + at] = value;
    }`;

  return `
struct Sizes { m : u32, n : u32, inner : u32, tiles_down : u32, tiles_across : u32, tiles : u32, alpha : f32 }
@group(0) @binding(0) var<uniform> sizes : Sizes;
@group(0) @binding(1) var<storage, read> a : array<f32>;
@group(0) @binding(2) var<storage, read> b : array<f32>;
@group(0) @binding(3) var<storage, read_write> y : array<f32>;
var<workgroup> strip_a : array<f32, ${DEPTH * stride}>;
var<workgroup> strip_b : array<f32, ${DEPTH * stride}>;

@compute @workgroup_size(${threads})
fn main(
  @builtin(local_invocation_index) thread : u32,
  @builtin(workgroup_id) group : vec3<u32>,
  @builtin(num_workgroups) groups : vec3<u32>,
) {
  let tile = group.y * groups.x + group.x;
  if (tile >= sizes.tiles) { return; }
  let matrix = tile / (sizes.tiles_down * sizes.tiles_across);
  let row = tile / sizes.tiles_across % sizes.tiles_down * ${side}u;
  let column = tile % sizes.tiles_across * ${side}u;
  let across = thread % ${across}u;
  let down = thread / ${across}u;
${lines((i) => `  var sum_${i} = ${vector}();`)}
  for (var start = 0u; start < sizes.inner; start += ${DEPTH}u) {${strip('a', !transposeA, 'row', 'sizes.m')}${strip('b', transposeB, 'column', 'sizes.n')}
    workgroupBarrier();
    for (var k = 0u; k < ${DEPTH}u; k++) {
      let from_a = k * ${stride}u + down;
      let from_b = k * ${stride}u + across;
      let values = ${vector}(${each.map((i) => `strip_b[from_b + ${i * across}u]`).join(', ')});
${lines((i) => `      sum_${i} += strip_a[from_a + ${i * across}u] * values;`)}
    }
    workgroupBarrier();
  }
${lines(
  (i) => `  if (row + down + ${i * across}u < sizes.m) {
    let line = (matrix * sizes.m + row + down + ${i * across}u) * sizes.n;
${lines(
  (j) => `    if (column + across + ${j * across}u < sizes.n) {
      y[line + column + across + ${j * across}u] = sizes.alpha * sum_${i}[${j}];
    }`,
)}
  }`,
)}
}
`;
}
