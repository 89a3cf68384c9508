/**
 * The generator of `uniform` (see `uniformAt` in @sftkit/tensor for the permutation), bit for bit.
 *
 * Its round function has only 4096 arguments, so it becomes a table per round, made from the key in exact
 * float32. What remains per element and round is a lookup, an addition and a mask, in int32. The halves of
 * the indices start as a column and a row: the first round needs no lookup.
 */
import { type Shape, sizeOf } from '@sftkit/tensor';
import type { Graph, Value } from '../graph/graph.js';
import type { Lowering } from './lowering.js';

/** Values of one half of an index. */
const HALF = 4096;
const ROUNDS = 8;
const PERIOD = HALF * HALF;

const FLOAT = 1;
const INT32 = 6;

/** One (4096) i32 table per round: the middle bits of (right + a mod 4096) (right + b mod 4096). */
function roundTables(graph: Graph, key: Value): readonly Value[] {
  const rights = graph.tensor(
    Float32Array.from({ length: HALF }, (_, i) => i),
    [1, HALF],
  );
  const over = (x: Value, divisor: number) =>
    graph.node('Floor', [graph.node('Mul', [x, graph.scalar(1 / divisor)])]);
  const wrap = (x: Value) => graph.node('Sub', [x, graph.node('Mul', [over(x, HALF), graph.scalar(HALF)])]);
  const factor = (column: number) =>
    wrap(graph.node('Add', [graph.slice(key, 1, column, column + 1), rights]));
  const tables = wrap(over(graph.node('Mul', [factor(0), factor(1)]), 64)); // (8, 4096)
  const rows = graph.nodeOf(ROUNDS, 'Split', [graph.node('Cast', [tables], { to: INT32 })], {
    axis: 0,
    num_outputs: ROUNDS,
  });
  return rows.map((row) => graph.reshape(row, [HALF]));
}

/** Numbers in [0, 2^24) for the elements of a shape: i32, flat, at least as many as the shape has. */
function permutedIndices(graph: Graph, key: Value, shape: Shape): Value {
  const rows = Math.ceil(sizeOf(shape) / HALF);
  const low = graph.tensor(Int32Array.of(HALF - 1), []);
  const tables = roundTables(graph, key);
  let left = graph.tensor(
    Int32Array.from({ length: rows }, (_, i) => i),
    [rows, 1],
  );
  let right = graph.tensor(
    Int32Array.from({ length: HALF }, (_, i) => i),
    [1, HALF],
  );
  for (const [round, table] of tables.entries()) {
    const mixed = round === 0 ? table : graph.node('Gather', [table, right]);
    const next = graph.node('BitwiseAnd', [graph.node('Add', [left, mixed]), low]);
    left = right;
    right = next;
  }
  const high = graph.node('Mul', [left, graph.tensor(Int32Array.of(HALF), [])]);
  return graph.reshape(graph.node('Add', [high, right]), [rows * HALF]);
}

/** Cuts the surplus of the last row of 4096 off. */
function fitted(graph: Graph, flat: Value, shape: Shape): Value {
  const size = sizeOf(shape);
  return graph.reshape(size % HALF === 0 ? flat : graph.slice(flat, 0, 0, size), shape);
}

const uniform: Lowering<unknown> = ({ graph, inputs: [key], outputTypes: [type] }) => {
  const numbers = graph.node('Cast', [permutedIndices(graph, key!, type!.shape)], { to: FLOAT });
  return [fitted(graph, graph.node('Mul', [numbers, graph.scalar(1 / PERIOD)]), type!.shape)];
};

/** Compares integers: number / 2^24 >= rate exactly where number >= the next integer above rate * 2^24. */
const dropout: Lowering<{ readonly rate: number }> = ({
  graph,
  inputs: [x, key],
  inputTypes: [type],
  attributes: { rate },
}) => {
  const threshold = graph.tensor(Int32Array.of(Math.ceil(Math.fround(rate) * PERIOD)), []);
  const kept = graph.node('GreaterOrEqual', [permutedIndices(graph, key!, type!.shape), threshold]);
  const factors = graph.node('Where', [kept, graph.scalar(1 / (1 - rate)), graph.scalar(0)]);
  return [graph.node('Mul', [x!, fitted(graph, factors, type!.shape)])];
};

export const random = { uniform, dropout };
