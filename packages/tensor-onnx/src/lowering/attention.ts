/** Operations of an attention layer: rotary positions, the mask, softmax. */
import type { Value } from '../graph/graph.js';
import type { Lowering } from './lowering.js';

/** What the mask holds where the query may not look: finite, so that a row without any key is no NaN. */
const MASKED = -1e30;

const rotary: Lowering<{ readonly inverse: boolean }> = ({
  graph,
  inputs: [x, positions, cos, sin],
  inputTypes: [type, , tableType],
  attributes: { inverse },
}) => {
  const [length] = type!.shape.slice(-2) as [number, number];
  const missing = length - tableType!.shape[0]!;
  // The kernel wants at least as many table rows as positions, even if no position names them.
  const longEnough = (table: Value) =>
    missing > 0 ? graph.node('Pad', [table, graph.integers(0, 0, missing, 0)]) : table;
  // int64, the only type the kernel takes
  const wide = graph.once(`int64 ${positions}`, () => graph.node('Cast', [positions!], { to: 7 }));
  const signed = inverse ? graph.once(`-${sin}`, () => graph.node('Neg', [sin!])) : sin!;
  return [
    graph.node('RotaryEmbedding', [x!, wide, longEnough(cos!), longEnough(signed)], { interleaved: 0 }),
  ];
};

const softmax: Lowering<unknown> = ({ graph, inputs }) => [graph.node('Softmax', inputs, { axis: -1 })];

/** y g - y sum(y g) */
const softmaxGradient: Lowering<unknown> = ({ graph, inputs: [y, g] }) => {
  const product = graph.node('Mul', [y!, g!]);
  const total = graph.node('ReduceSum', [product, graph.integers(-1)], { keepdims: 1 });
  return [graph.node('Sub', [product, graph.node('Mul', [y!, total])])];
};

const attentionMask: Lowering<{ readonly window?: number | undefined }> = ({
  graph,
  inputs: [querySegments, keySegments, queryPositions, keyPositions],
  inputTypes: [queryType, keyType],
  attributes: { window },
}) => {
  const [batch, queries] = queryType!.shape as [number, number];
  const keys = keyType!.shape[1]!;
  const column = (value: Value) => graph.reshape(value, [batch, 1, queries, 1]);
  const row = (value: Value) => graph.reshape(value, [batch, 1, 1, keys]);
  const queryAt = column(queryPositions!);
  const keyAt = row(keyPositions!);
  let visible = graph.node('And', [
    graph.node('Equal', [column(querySegments!), row(keySegments!)]),
    graph.node('LessOrEqual', [keyAt, queryAt]),
  ]);
  if (window !== undefined) {
    const oldest = graph.node('Sub', [queryAt, graph.tensor(Int32Array.of(window), [])]);
    visible = graph.node('And', [visible, graph.node('Greater', [keyAt, oldest])]);
  }
  return [graph.node('Where', [visible, graph.scalar(0), graph.scalar(MASKED)])];
};

export const attention = { rotary, softmax, softmaxGradient, attentionMask };
