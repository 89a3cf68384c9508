/**
 * Rows by index, and the sum of rows by index.
 *
 * A kernel computes one cell and cannot add into another, so scatterAdd turns round: each output row walks the
 * chain of the positions that name it. `firstPosition` holds the head of each row's chain, `nextPosition` the
 * following position with the same id, -1 ends it. Equal ids are therefore always added in order.
 */
import type { ScatterAddAttributes } from '../../ops/scatter-add.js';
import { sizeOf } from '../../shape.js';
import type { KernelThis, Values } from '../kernel.js';
import { type Lowering, rowsAndWidth } from '../lowering.js';

// Size (width, ids).
function gatherKernel(this: KernelThis<'width'>, table: Values, ids: Values): number {
  const id = ids[this.thread.y]!;
  return table[(id | 0) * this.constants.width + this.thread.x]!;
}

// Size (rows).
function firstPosition(this: KernelThis<'count'>, ids: Values): number {
  let first = -1.0;
  for (let k = 0; k < this.constants.count; k++) {
    if (ids[k]! === this.thread.x) {
      first = k;
      break;
    }
  }
  return first;
}

// Size (ids).
function nextPosition(this: KernelThis<'count'>, ids: Values): number {
  let next = -1.0;
  for (let k = 0; k < this.constants.count; k++) {
    if (k > this.thread.x && ids[k]! === ids[this.thread.x]!) {
      next = k;
      break;
    }
  }
  return next;
}

// Size (width, rows).
function scatterAddKernel(
  this: KernelThis<'width' | 'count'>,
  updates: Values,
  first: Values,
  next: Values,
): number {
  let sum = 0.0;
  let position = first[this.thread.y]!;
  for (let k = 0; k < this.constants.count; k++) {
    if (position < 0.0) {
      break;
    }
    sum += updates[(position | 0) * this.constants.width + this.thread.x]!;
    position = next[position | 0]!;
  }
  return sum;
}

export const gatherLowering: Lowering = (call) => {
  const { width } = rowsAndWidth(call.inputTypes[0]!.shape);
  return [call.run(gatherKernel, call.inputs, [width, sizeOf(call.inputTypes[1]!.shape)], { width })];
};

export const scatterAddLowering: Lowering<ScatterAddAttributes> = (call) => {
  const [updates, ids] = call.inputs as [number, number];
  const { width } = rowsAndWidth(call.inputTypes[0]!.shape);
  const count = sizeOf(call.inputTypes[1]!.shape);
  const { rows } = call.attributes;
  const first = call.run(firstPosition, [ids], [rows], { count });
  const next = call.run(nextPosition, [ids], [count], { count });
  return [call.run(scatterAddKernel, [updates, first, next], [width, rows], { width, count })];
};
