/**
 * Attention, a block of queries at a time: what exists of the scores is one block's. Where no query sees a key after it, a
 * block leaves out the keys after its last query, nearly half of all the work on (T, S); where none sees further back than
 * its reach, also the keys before that, most of the work in a long row of short segments.
 */
import { type AttentionAttributes, type AttentionSizes, attentionSizes, type Shape } from '@sftkit/tensor';
import type { Graph, Value } from '../graph/graph.js';
import type { Lowering } from './lowering.js';

/** Fewer queries a block skip more keys and make smaller products. */
const LEAST_QUERIES = 128;
const MOST_BLOCKS = 8;

/**
 * The weights are computed again for the gradient, except where they are small and the heads narrow: then their products
 * are cheap, the passes over the scores are what a step costs, and to keep them saves a fifth of it.
 */
const KEPT_DEPTH = 32;
const KEPT_WEIGHTS = 2 ** 22;

/** Queries `start` to `end`, who see keys `firstKey` to `endKey`. */
interface Block {
  readonly start: number;
  readonly end: number;
  readonly firstKey: number;
  readonly endKey: number;
}

function blocksOf(
  { queries, keys }: AttentionSizes,
  { causal, reach = queries }: AttentionAttributes,
): Block[] {
  if (!causal) {
    return [{ start: 0, end: queries, firstKey: 0, endKey: keys }];
  }
  const step = Math.max(LEAST_QUERIES, Math.ceil(Math.min(queries, reach) / MOST_BLOCKS));
  return Array.from({ length: Math.ceil(queries / step) }, (_, index) => {
    const start = index * step;
    const end = Math.min(queries, start + step);
    // At the border of a block, so that blocks share pieces of keys.
    const firstKey = step * Math.floor(Math.max(0, start - reach + 1) / step);
    return { start, end, firstKey, endKey: end };
  });
}

/** Writes the nodes of one block. Queries of heads that share keys are stacked below each other: (B, K, H / K * c, ...). */
class BlockWriter {
  readonly #graph: Graph;
  readonly #sizes: AttentionSizes;
  readonly #block: Block;
  /** Keys that the block sees. */
  readonly #width: number;

  constructor(graph: Graph, sizes: AttentionSizes, block: Block) {
    this.#graph = graph;
    this.#sizes = sizes;
    this.#block = block;
    this.#width = block.endKey - block.firstKey;
  }

  /** The block's rows of (B, H, T, width), stacked. */
  queries(value: Value, width: number): Value {
    return this.#stacked(this.#rows(value, this.#block.start, this.#block.end, this.#sizes.queries), width);
  }

  /** The keys or values (B, K, S, width) that the block sees. */
  keys(value: Value): Value {
    return this.#rows(value, this.#block.firstKey, this.#block.endKey, this.#sizes.keys);
  }

  /** From stacked rows back to (B, H, c, width). */
  unstacked(value: Value, width: number): Value {
    const { batch, heads } = this.#sizes;
    return this.#reshaped(value, [batch, heads, this.#block.end - this.#block.start, width]);
  }

  /** Softmax of the masked scores, stacked: (B, K, H / K * c, keys). */
  weights(inputs: readonly [q: Value, k: Value, mask: Value], scale: number): Value {
    const { batch, heads, queries, keys, depth } = this.#sizes;
    const areKept = depth <= KEPT_DEPTH && batch * heads * queries * keys <= KEPT_WEIGHTS;
    const write = () => this.#writeWeights(inputs, scale);
    return areKept ? this.#graph.once(`weights ${inputs} ${scale} ${this.#block.start}`, write) : write();
  }

  #writeWeights([q, k, mask]: readonly [Value, Value, Value], scale: number): Value {
    const { depth } = this.#sizes;
    const scores = this.product(this.queries(q, depth), this.keys(k), { transB: 1, alpha: scale });
    const masked = this.#graph.node('Add', [this.unstacked(scores, this.#width), this.#seen(mask)]);
    return this.#stacked(this.#graph.node('Softmax', [masked], { axis: -1 }), this.#width);
  }

  product(a: Value, b: Value, { transA = 0, transB = 0, alpha = 1 }): Value {
    return this.#graph.node('FusedMatMul', [a, b], { transA, transB, alpha: { float: alpha } });
  }

  /** The block's part of the mask, which all layers share. */
  #seen(mask: Value): Value {
    const { start, end, firstKey, endKey } = this.#block;
    if (end - start === this.#sizes.queries) {
      return mask;
    }
    const graph = this.#graph;
    const bounds = [graph.integers(start, firstKey), graph.integers(end, endKey), graph.integers(2, 3)];
    return graph.once(`${mask} ${start}-${end}, ${firstKey}-${endKey}`, () =>
      graph.node('Slice', [mask, ...bounds]),
    );
  }

  #rows(value: Value, start: number, end: number, all: number): Value {
    return end - start === all ? value : this.#graph.slice(value, 2, start, end);
  }

  #stacked(value: Value, width: number): Value {
    const { batch, heads, keyHeads } = this.#sizes;
    const rows = (heads / keyHeads) * (this.#block.end - this.#block.start);
    return this.#reshaped(value, [batch, keyHeads, rows, width]);
  }

  #reshaped(value: Value, shape: Shape): Value {
    return this.#sizes.heads === this.#sizes.keyHeads ? value : this.#graph.reshape(value, shape);
  }
}

const attention: Lowering<AttentionAttributes> = ({
  graph,
  inputs: [q, k, v, mask],
  inputTypes,
  attributes,
}) => {
  const { scale } = attributes;
  const sizes = attentionSizes(inputTypes);
  const results = blocksOf(sizes, attributes).map((block) => {
    const writer = new BlockWriter(graph, sizes, block);
    const weights = writer.weights([q!, k!, mask!], scale);
    return writer.unstacked(writer.product(weights, writer.keys(v!), {}), sizes.depth);
  });
  return [results.length === 1 ? results[0]! : graph.node('Concat', results, { axis: 2 })];
};

/**
 * By a row of scores: weights * (g v^T - delta) with delta = y . g. The difference comes out of one product, of g with
 * one more column, -delta, and v with one more of ones: no pass over the scores for it.
 */
const attentionGradient: Lowering<AttentionAttributes> = ({
  graph,
  inputs: [q, k, v, mask, y, g],
  inputTypes,
  attributes,
}) => {
  const { scale } = attributes;
  const sizes = attentionSizes(inputTypes);
  const { batch, keyHeads, keys, depth } = sizes;
  const delta = graph.node('ReduceSum', [graph.node('Mul', [y!, g!]), graph.integers(-1)], { keepdims: 1 });
  const longG = graph.node('Concat', [g!, graph.node('Neg', [delta])], { axis: 3 }); // (B, H, T, D + 1)
  const ones = graph.tensor(new Float32Array(batch * keyHeads * keys).fill(1), [batch, keyHeads, keys, 1]);
  const longV = graph.node('Concat', [v!, ones], { axis: 3 }); // (B, K, S, D + 1)

  const blocks = blocksOf(sizes, attributes);
  const gradients = blocks.map((block) => {
    const writer = new BlockWriter(graph, sizes, block);
    const weights = writer.weights([q!, k!, mask!], scale);
    const difference = writer.product(writer.queries(longG, depth + 1), writer.keys(longV), { transB: 1 });
    const scores = graph.node('Mul', [weights, difference]);
    return {
      dq: writer.unstacked(writer.product(scores, writer.keys(k!), { alpha: scale }), depth),
      dk: writer.product(scores, writer.queries(q!, depth), { transA: 1, alpha: scale }),
      dv: writer.product(weights, writer.queries(g!, depth), { transA: 1 }),
    };
  });
  const ofKeys = (name: 'dk' | 'dv') =>
    sumOverBlocks(
      graph,
      gradients.map((each) => each[name]),
      blocks,
    );
  const dq = gradients.map((each) => each.dq);
  return [dq.length === 1 ? dq[0]! : graph.node('Concat', dq, { axis: 2 }), ofKeys('dk'), ofKeys('dv')];
};

/** The sum of values that go over the keys of one block each: (B, K, S, D). */
function sumOverBlocks(graph: Graph, values: readonly Value[], blocks: readonly Block[]): Value {
  if (values.length === 1) {
    return values[0]!;
  }
  // A block's own queries stand where the last of its keys do.
  const pieces = blocks.map((): Value[] => []);
  for (const [at, value] of values.entries()) {
    const first = blocks.findIndex(({ start }) => start === blocks[at]!.firstKey);
    const lengths = blocks.slice(first, at + 1).map(({ start, end }) => end - start);
    const split =
      lengths.length === 1
        ? [value]
        : graph.nodeOf(lengths.length, 'Split', [value, graph.integers(...lengths)], { axis: 2 });
    for (const [i, piece] of split.entries()) {
      pieces[first + i]!.push(piece);
    }
  }
  const sums = pieces.map((sharing) => (sharing.length === 1 ? sharing[0]! : graph.node('Sum', sharing)));
  return graph.node('Concat', sums, { axis: 2 });
}

export const attentionBlocks = { attention, attentionGradient };
