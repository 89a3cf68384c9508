import type { Shape } from '../types.js';

/** One axis of an output, with the step that each input takes along it. */
export interface StridedAxis {
  readonly length: number;
  /** In elements; 0 where the input is stretched. */
  readonly strides: readonly number[];
}

/**
 * Longest axis that merging may make. WebGPU launches at most 65,535 groups of 8 cells along an axis, and a
 * power of two below that keeps neighbouring shapes on one path.
 */
const MAX_MERGED = 2 ** 18;

/**
 * The output's axes, innermost first, with neighbours merged wherever every input steps through both evenly.
 * Axes of length 1 vanish, so a scalar gives no axis at all.
 */
export function stridedAxes(shape: Shape, strides: readonly (readonly number[])[]): readonly StridedAxis[] {
  const axes: StridedAxis[] = [];
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    const length = shape[axis]!;
    if (length === 1) {
      continue;
    }
    const steps = strides.map((of) => of[axis]!);
    const inner = axes.at(-1);
    const even = inner?.strides.every((step, input) => step * inner.length === steps[input]);
    if (inner !== undefined && even && inner.length * length <= MAX_MERGED) {
      axes[axes.length - 1] = { length: inner.length * length, strides: inner.strides };
    } else {
      axes.push({ length, strides: steps });
    }
  }
  return axes;
}
