/** Operations that move elements and compute nothing. */
import type { Shape } from '@sftkit/tensor';
import type { Lowering } from './lowering.js';

const reshape: Lowering<unknown> = ({ graph, inputs: [x], outputTypes: [type] }) => [
  graph.reshape(x!, type!.shape),
];

const transpose: Lowering<{ readonly permutation: readonly number[] }> = ({
  graph,
  inputs,
  attributes: { permutation },
}) => [graph.node('Transpose', inputs, { perm: permutation })];

const slice: Lowering<{ readonly axis: number; readonly start: number; readonly end: number }> = ({
  graph,
  inputs: [x],
  attributes: { axis, start, end },
}) => [graph.slice(x!, axis, start, end)];

const pad: Lowering<{ readonly axis: number; readonly before: number; readonly after: number }> = ({
  graph,
  inputs: [x],
  inputTypes: [type],
  attributes: { axis, before, after },
}) => {
  const at = (amount: number): Shape => type!.shape.map((_, i) => (i === axis ? amount : 0));
  return [graph.node('Pad', [x!, graph.integers(...at(before), ...at(after))])];
};

const concat: Lowering<{ readonly axis: number }> = ({ graph, inputs, attributes: { axis } }) => [
  graph.node('Concat', inputs, { axis }),
];

const broadcastTo: Lowering<unknown> = ({ graph, inputs: [x], outputTypes: [type] }) => [
  graph.node('Expand', [x!, graph.integers(...type!.shape)]),
];

export const layout = { reshape, transpose, slice, pad, concat, broadcastTo };
