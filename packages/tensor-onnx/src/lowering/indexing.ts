import { sizeOf } from '@sftkit/tensor';
import type { Lowering } from './lowering.js';

const gather: Lowering<unknown> = ({ graph, inputs }) => [graph.node('Gather', inputs, { axis: 0 })];

/**
 * ScatterElements, not ScatterND: the latter adds equal ids from several threads at once, which loses
 * updates. This one runs in the order of the ids, so that equal inputs give equal bits.
 */
const scatterAdd: Lowering<unknown> = ({
  graph,
  inputs: [updates, ids],
  inputTypes: [, idsType],
  outputTypes: [type],
}) => {
  const [rows, width] = type!.shape as [number, number];
  const count = sizeOf(idsType!.shape);
  const zeros = graph.node('Expand', [graph.scalar(0), graph.integers(rows, width)]);
  const indices = graph.node('Expand', [graph.reshape(ids!, [count, 1]), graph.integers(count, width)]);
  const flat = graph.reshape(updates!, [count, width]);
  return [graph.node('ScatterElements', [zeros, indices, flat], { axis: 0, reduction: 'add' })];
};

export const indexing = { gather, scatterAdd };
