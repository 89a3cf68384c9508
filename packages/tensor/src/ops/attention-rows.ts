/** What `attention` and its gradient share: the shape rule, and the rows of scores that their references walk through. */
import { formatShape } from '../shape.js';
import { ShapeError } from '../tensor-error.js';
import type { TensorType } from '../types.js';
import type { AttentionAttributes } from './attention.js';
import { expectF32 } from './expect-f32.js';

/** Type of the result. @throws {ShapeError} */
export function attentionShape(
  operation: string,
  inputs: readonly TensorType[],
  { causal, reach = 1 }: Pick<AttentionAttributes, 'causal' | 'reach'>,
): TensorType {
  const [q, k, v, mask] = inputs.map((input) => expectF32(operation, input).shape);
  const [b, h, t, d] = q!;
  const [kb, heads, s, kd] = k!;
  const fits =
    inputs.slice(0, 4).every(({ shape }) => shape.length === 4) &&
    k!.join() === v!.join() &&
    b === kb &&
    d === kd &&
    mask!.join() === [b, 1, t, s].join();
  if (!fits) {
    throw new ShapeError(
      `${operation}: expected q (B, H, T, D), k and v (B, K, S, D) and a mask (B, 1, T, S), got ${[q, k, v, mask].map((shape) => formatShape(shape!)).join(', ')}`,
    );
  }
  if (h! % heads! !== 0) {
    throw new ShapeError(
      `${operation}: ${h} query heads cannot share ${heads} key-value heads; numHeads must be a multiple of numKvHeads`,
    );
  }
  if (causal && t !== s) {
    throw new ShapeError(
      `${operation}: expected as many queries as keys where it is causal, got ${t} and ${s}; leave \`causal\` out`,
    );
  }
  if (!(Number.isInteger(reach) && reach > 0)) {
    throw new ShapeError(`${operation}: expected a reach of at least 1 key, got ${reach}`);
  }
  return inputs[0]!;
}

export interface AttentionSizes {
  /** B */
  readonly batch: number;
  /** H */
  readonly heads: number;
  /** K */
  readonly keyHeads: number;
  /** T */
  readonly queries: number;
  /** S */
  readonly keys: number;
  /** D */
  readonly depth: number;
}

/** Sizes by the types of `attention`'s inputs. */
export function attentionSizes([q, k]: readonly TensorType[]): AttentionSizes {
  const [batch, heads, queries, depth] = q!.shape as [number, number, number, number];
  const [, keyHeads, keys] = k!.shape as [number, number, number];
  return { batch, heads, keyHeads, queries, keys, depth };
}

/** Where one query of one head stands, and its keys, its values and its mask: offsets into the flat arrays. */
export interface AttentionRow {
  readonly query: number;
  readonly keys: number;
  readonly mask: number;
}

export function* attentionRows(sizes: AttentionSizes): Generator<AttentionRow> {
  const { batch, heads, keyHeads, queries, keys, depth } = sizes;
  const sharing = heads / keyHeads;
  for (let row = 0; row < batch * heads * queries; row++) {
    const head = Math.floor(row / queries);
    const b = Math.floor(head / heads);
    const keyHead = b * keyHeads + Math.floor((head % heads) / sharing);
    yield {
      query: row * depth,
      keys: keyHead * keys * depth,
      mask: (b * queries + (row % queries)) * keys,
    };
  }
}

/** Softmax of one query's masked scores, (S). */
export function rowWeights(
  row: AttentionRow,
  [q, k, mask]: readonly [Float64Array, Float64Array, Float64Array],
  { keys, depth }: AttentionSizes,
  scale: number,
): Float64Array {
  const scores = Float64Array.from({ length: keys }, (_, key) => {
    let score = 0;
    for (let i = 0; i < depth; i++) {
      score += q[row.query + i]! * k[row.keys + key * depth + i]!;
    }
    return scale * score + mask[row.mask + key]!;
  });
  const max = scores.reduce((a, b) => Math.max(a, b));
  const powers = scores.map((score) => Math.exp(score - max));
  const sum = powers.reduce((a, b) => a + b);
  return powers.map((power) => power / sum);
}
