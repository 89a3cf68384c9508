/**
 * The head and its loss, a chunk of rows at a time; of the (rows, V) arrays only the logits and the
 * probabilities of one chunk exist.
 *
 * Passes over (rows, V) are what costs here, beside the three products. There are four: the product that
 * makes the logits, Softmax, TopK (largest probability and its index at once), and the subtraction of the one-hot
 * label. Softmax alone reads the logits, so ONNX Runtime writes the probabilities over them, and the last is done in
 * place too: one array of (rows, V) is all there is. The row weights multiply (rows, C) arrays instead, single logits are
 * made again from their rows of the head, and the logarithm of the sum of exponentials is a logit minus the logarithm
 * of its probability, best taken where that is largest.
 */
import type { Graph, Rows, Value } from '../graph/graph.js';
import type { Lowering } from './lowering.js';

const FLOAT = 1;
const INT32 = 6;

/**
 * Rows of the weight's gradient that are made at once. The product goes over what it writes once for every 128 rows of
 * logits: in pieces that stay in the cache it is up to twice as fast as over a whole vocabulary.
 */
const PIECE_ROWS = 2048;

interface Chunk {
  readonly rows: number;
  /** (rows, C) */
  readonly hidden: Value;
  /** (rows, 1) i32 */
  readonly labels: Value;
  /** (rows, 1) */
  readonly weights: Value;
}

/** Some rows of the weight's gradient before a chunk: nothing yet, rows of what it is added to, or the sum over earlier chunks. */
type Piece = Omit<Rows, 'value'> & { readonly value: Value | undefined };

/** What a chunk gives, one for each result of the operation. */
type ChunkResults = readonly [
  /** (rows, 1) nats, weighted */
  losses: Rows,
  /** (rows, C) */
  hiddenGradient: Rows,
  /** (V, C), what was there before included */
  weightGradient: readonly Rows[],
  /** (rows, 1) 1 where the most likely token is the label and the row counts */
  correct: Rows,
];

function lowerChunk(
  graph: Graph,
  { rows, hidden, labels, weights }: Chunk,
  head: Value,
  pieces: readonly Piece[],
): ChunkResults {
  const vocabSize = pieces.reduce((sum, piece) => sum + piece.rows, 0);
  const product = graph.node('FusedMatMul', [hidden, head], { transB: 1, alpha: { float: 1 } });
  const logits = graph.withKnownShape(product, [rows, vocabSize]); // what is made of them is written over them
  const probabilities = graph.node('Softmax', [logits], { axis: 1 });
  const [largestProbability, best] = graph.nodeOf(2, 'TopK', [probabilities, graph.integers(1)], {
    axis: 1,
  }) as [Value, Value];
  /** The logits (rows, 1) of one token a row. */
  const logitsOf = (tokens: Value) => {
    const rowsOfHead = graph.node('Gather', [head, graph.reshape(tokens, [rows])]); // (rows, C)
    const terms = graph.node('Mul', [hidden, rowsOfHead]);
    return graph.node('ReduceSum', [terms, graph.integers(1)], { keepdims: 1 });
  };
  const logSum = graph.node('Sub', [logitsOf(best), graph.node('Log', [largestProbability])]);
  const losses = graph.node('Mul', [weights, graph.node('Sub', [logSum, logitsOf(labels)])]);

  const counts = graph.node('Greater', [weights, graph.scalar(0)]);
  const hit = graph.node('Equal', [graph.node('Cast', [best], { to: INT32 }), labels]);
  const correct = graph.node('Cast', [graph.node('And', [hit, counts])], { to: FLOAT });

  // Always -1; written so that the probabilities have been read before, and are then changed in place.
  const minusOne = graph.node('Min', [largestProbability, graph.scalar(-1)]);
  const difference = graph.node('ScatterElements', [probabilities, labels, minusOne], {
    axis: 1,
    reduction: 'add',
  });
  const hiddenGradient = graph.node('Mul', [weights, graph.node('MatMul', [difference, head])]);
  const weighted = graph.node('Mul', [weights, hidden]);
  let end = 0;
  const weightGradient = pieces.map(({ rows: tokens, value: before, from, sums = [] }): Rows => {
    const start = end;
    end += tokens;
    const part = pieces.length === 1 ? difference : graph.slice(difference, 1, start, end);
    const value = graph.node('Gemm', before === undefined ? [part, weighted] : [part, weighted, before], {
      transA: 1,
    });
    return { value, rows: tokens, from, sums: before === from ? [] : [...sums, before!] };
  });
  const ofChunk = (value: Value): Rows => ({ value, rows });
  return [ofChunk(losses), ofChunk(hiddenGradient), weightGradient, ofChunk(correct)];
}

/** @param addTo (V, C) what the weight's gradient is added to */
function piecesOf(graph: Graph, vocabSize: number, addTo: Value | undefined): Piece[] {
  const starts = Array.from({ length: Math.ceil(vocabSize / PIECE_ROWS) }, (_, piece) => piece * PIECE_ROWS);
  return starts.map((start) => {
    const end = Math.min(vocabSize, start + PIECE_ROWS);
    const from = addTo && starts.length > 1 ? graph.slice(addTo, 0, start, end) : addTo;
    return { rows: end - start, value: from, from };
  });
}

/**
 * The hidden rows of the next chunk, plus a zero that is known only when the chunk before is done. ONNX has
 * no other way to say so, and ONNX Runtime would keep the logits of all chunks until their losses are due.
 */
function after(graph: Graph, earlier: ChunkResults, wanted: readonly boolean[], hidden: Value): Value {
  const corners = earlier
    .filter((_, slot) => wanted[slot])
    .flat()
    .map(({ value }) => graph.node('Slice', [value, graph.integers(0, 0), graph.integers(1, 1)]));
  const corner = corners.length === 1 ? corners[0]! : graph.node('Concat', corners, { axis: 1 });
  const zeros = graph.node('Cast', [graph.node('Less', [corner, corner])], { to: FLOAT }); // NaN is not less than NaN either
  const zero = graph.node('ReduceSum', [zeros], { keepdims: 0 });
  return graph.node('Add', [hidden, zero]);
}

export const headCrossEntropy: Lowering<{ readonly chunkRows: number }> = ({
  graph,
  inputs: [hidden, head, labels, weights],
  inputTypes: [hiddenType, headType],
  attributes: { chunkRows },
  wanted,
  addTo,
}) => {
  const rows = hiddenType!.shape[0]!;
  const vocabSize = headType!.shape[0]!;
  const columnOfWeights = graph.reshape(weights!, [rows, 1]);
  // A row of weight 0 is padding and may hold any label, even one outside the vocabulary.
  const wantedLabels = graph.node('Where', [
    graph.node('Greater', [columnOfWeights, graph.scalar(0)]),
    graph.reshape(labels!, [rows, 1]),
    graph.tensor(Int32Array.of(0), []),
  ]);
  // Looked up in the list of all labels, because Gather refuses one that is not there. GatherElements would throw out
  // of a thread, and WebAssembly then waits for that thread for ever.
  const allLabels = Int32Array.from({ length: headType!.shape[0]! }, (_, id) => id);
  const columnOfLabels = graph.node('Gather', [graph.tensor(allLabels, [allLabels.length]), wantedLabels]);
  const chunks: ChunkResults[] = [];
  let pieces: readonly Piece[] = piecesOf(graph, vocabSize, addTo);
  for (let start = 0; start < rows; start += chunkRows) {
    const end = Math.min(rows, start + chunkRows);
    const part = (value: Value) => (end - start === rows ? value : graph.slice(value, 0, start, end));
    const earlier = chunks.at(-1);
    const chunk = {
      rows: end - start,
      hidden: earlier ? after(graph, earlier, wanted, part(hidden!)) : part(hidden!),
      labels: part(columnOfLabels),
      weights: part(columnOfWeights),
    };
    const results = lowerChunk(graph, chunk, head!, pieces);
    chunks.push(results);
    pieces = results[2];
  }
  const joined = (slot: 0 | 1 | 3) => graph.stack(chunks.map((chunk) => chunk[slot]));
  const total = (slot: 0 | 3) => graph.node('ReduceSum', [joined(slot)], { keepdims: 0 });
  return [total(0), joined(1), graph.stack(chunks.at(-1)![2]), total(3)];
};
