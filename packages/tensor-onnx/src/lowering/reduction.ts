import { sizeOf } from '@sftkit/tensor';
import type { Lowering } from './lowering.js';

/** Row length of the first stage of sumOfSquares: long enough to vectorise, short enough for float32 sums. */
const ROW = 1024;

const sum: Lowering<{ readonly axis: number; readonly keepDims: boolean }> = ({
  graph,
  inputs: [x],
  attributes: { axis, keepDims },
}) => [graph.node('ReduceSum', [x!, graph.integers(axis)], { keepdims: Number(keepDims) })];

/** In two stages, which keeps the rounding error of millions of float32 terms small. */
const sumOfSquares: Lowering<unknown> = ({ graph, inputs: [x], inputTypes: [type] }) => {
  const size = sizeOf(type!.shape);
  const flat = graph.reshape(x!, [size]);
  const whole = size - (size % ROW);
  const partial = (start: number, end: number, width: number) =>
    graph.node(
      'ReduceSumSquare',
      [
        graph.reshape(start === 0 && end === size ? flat : graph.slice(flat, 0, start, end), [-1, width]),
        graph.integers(1),
      ],
      { keepdims: 0 },
    );
  const parts = [
    ...(whole > 0 ? [partial(0, whole, ROW)] : []),
    ...(whole < size ? [partial(whole, size, size - whole)] : []),
  ];
  const sums = parts.length > 1 ? graph.node('Concat', parts, { axis: 0 }) : parts[0]!;
  return [graph.node('ReduceSum', [sums, graph.integers(0)], { keepdims: 0 })];
};

export const reduction = { sum, sumOfSquares };
