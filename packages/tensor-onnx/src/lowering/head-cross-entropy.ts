/**
 * The head and its loss, a chunk of rows at a time; of the (rows, V) arrays only the logits and the
 * probabilities of one chunk exist.
 *
 * Passes over (rows, V) are what costs here, beside the three products. There are four: the product that
 * makes the logits, TopK (largest logit and its index at once), Softmax, and the subtraction of the one-hot
 * label in place. The row weights multiply (rows, C) arrays instead, and the logarithm of the sum of
 * exponentials follows from the largest probability, which is 1 / sum of exp(logit - max).
 */
import type { Graph, Value } from '../graph/graph.js';
import type { Lowering } from './lowering.js';

interface Chunk {
  /** (rows, C) */
  readonly hidden: Value;
  /** (rows, 1) i32 */
  readonly labels: Value;
  /** (rows, 1) */
  readonly weights: Value;
}

interface ChunkResult {
  /** (rows, 1) nats, weighted */
  readonly losses: Value;
  /** (rows, 1) 1 where the most likely token is the label and the row counts */
  readonly correct: Value;
  /** (rows, C) */
  readonly hiddenGradient: Value;
  /** (V, C), the earlier chunks' included */
  readonly weightGradient: Value;
}

function lowerChunk(
  graph: Graph,
  { hidden, labels, weights }: Chunk,
  head: Value,
  earlier?: Value,
): ChunkResult {
  const logits = graph.node('FusedMatMul', [hidden, head], { transB: 1, alpha: { float: 1 } });
  const [largest, best] = graph.nodeOf(2, 'TopK', [logits, graph.integers(1)], { axis: 1 }) as [Value, Value];
  const probabilities = graph.node('Softmax', [logits], { axis: 1 });
  const at = (table: Value, index: Value) => graph.node('GatherElements', [table, index], { axis: 1 });

  const largestProbability = at(probabilities, best);
  const logSum = graph.node('Sub', [largest, graph.node('Log', [largestProbability])]);
  const losses = graph.node('Mul', [weights, graph.node('Sub', [logSum, at(logits, labels)])]);

  const counts = graph.node('Greater', [weights, graph.scalar(0)]);
  const hit = graph.node('Equal', [graph.node('Cast', [best], { to: 6 }), labels]);
  const correct = graph.node('Cast', [graph.node('And', [hit, counts])], { to: 1 });

  // Always -1; written so that the probabilities have been read before, and are then changed in place.
  const minusOne = graph.node('Min', [largestProbability, graph.scalar(-1)]);
  const difference = graph.node('ScatterElements', [probabilities, labels, minusOne], {
    axis: 1,
    reduction: 'add',
  });
  const hiddenGradient = graph.node('Mul', [weights, graph.node('MatMul', [difference, head])]);
  const weighted = graph.node('Mul', [weights, hidden]);
  const weightGradient = graph.node('Gemm', [difference, weighted, ...(earlier ? [earlier] : [])], {
    transA: 1,
  });
  return { losses, correct, hiddenGradient, weightGradient };
}

export const headCrossEntropy: Lowering<{ readonly chunkRows: number }> = ({
  graph,
  inputs: [hidden, head, labels, weights],
  inputTypes: [hiddenType],
  attributes: { chunkRows },
}) => {
  const rows = hiddenType!.shape[0]!;
  const columnOfWeights = graph.reshape(weights!, [rows, 1]);
  // A row of weight 0 is padding and may hold any label, even one outside the vocabulary.
  const columnOfLabels = graph.node('Where', [
    graph.node('Greater', [columnOfWeights, graph.scalar(0)]),
    graph.reshape(labels!, [rows, 1]),
    graph.tensor(Int32Array.of(0), []),
  ]);
  const results: ChunkResult[] = [];
  for (let start = 0; start < rows; start += chunkRows) {
    const end = Math.min(rows, start + chunkRows);
    const part = (value: Value) => (end - start === rows ? value : graph.slice(value, 0, start, end));
    const chunk = {
      hidden: part(hidden!),
      labels: part(columnOfLabels),
      weights: part(columnOfWeights),
    };
    results.push(lowerChunk(graph, chunk, head!, results.at(-1)?.weightGradient));
  }
  const joined = (values: readonly Value[]) =>
    values.length === 1 ? values[0]! : graph.node('Concat', values, { axis: 0 });
  const total = (values: readonly Value[]) => graph.node('ReduceSum', [joined(values)], { keepdims: 0 });
  return [
    total(results.map((result) => result.losses)),
    joined(results.map((result) => result.hiddenGradient)),
    results.at(-1)!.weightGradient,
    total(results.map((result) => result.correct)),
  ];
};
