/** Root-mean-square normalisation of each row: y = x * r * w with r = 1 / sqrt(mean(x^2) + epsilon). */
import type { NormAttributes } from '../../ops/rms-norm.js';
import type { KernelThis, Values } from '../kernel.js';
import { type Lowering, rowsAndWidth } from '../lowering.js';
import { sumRows } from './sum.js';

// Size (rows): r of each row.
function inverseRms(this: KernelThis<'width' | 'epsilon'>, x: Values): number {
  let sum = 0.0;
  for (let k = 0; k < this.constants.width; k++) {
    sum += x[this.thread.x * this.constants.width + k]! * x[this.thread.x * this.constants.width + k]!;
  }
  return 1.0 / Math.sqrt(sum / this.constants.width + this.constants.epsilon);
}

// Size (width, rows).
function scaleRows(this: KernelThis<'width'>, x: Values, weight: Values, inverse: Values): number {
  return (
    x[this.thread.y * this.constants.width + this.thread.x]! *
    inverse[this.thread.y]! *
    weight[this.thread.x]!
  );
}

// Size (rows): mean of g * w * x over each row.
function meanProduct(this: KernelThis<'width'>, x: Values, weight: Values, g: Values): number {
  let sum = 0.0;
  for (let k = 0; k < this.constants.width; k++) {
    sum +=
      g[this.thread.x * this.constants.width + k]! *
      weight[k]! *
      x[this.thread.x * this.constants.width + k]!;
  }
  return sum / this.constants.width;
}

// dx = r * (g * w - x * r^2 * mean(g * w * x))
function inputGradient(
  this: KernelThis<'width'>,
  x: Values,
  weight: Values,
  g: Values,
  inverse: Values,
  mean: Values,
): number {
  const r = inverse[this.thread.y]!;
  return (
    r *
    (g[this.thread.y * this.constants.width + this.thread.x]! * weight[this.thread.x]! -
      x[this.thread.y * this.constants.width + this.thread.x]! * r * r * mean[this.thread.y]!)
  );
}

function weightGradientPart(
  this: KernelThis<'width' | 'rows' | 'chunk'>,
  x: Values,
  g: Values,
  inverse: Values,
): number {
  let sum = 0.0;
  for (let k = 0; k < this.constants.chunk; k++) {
    if (this.thread.y * this.constants.chunk + k < this.constants.rows) {
      sum +=
        g[(this.thread.y * this.constants.chunk + k) * this.constants.width + this.thread.x]! *
        x[(this.thread.y * this.constants.chunk + k) * this.constants.width + this.thread.x]! *
        inverse[this.thread.y * this.constants.chunk + k]!;
    }
  }
  return sum;
}

export const rmsNormLowering: Lowering<NormAttributes> = (call) => {
  const [x, weight] = call.inputs as [number, number];
  const { rows, width } = rowsAndWidth(call.inputTypes[0]!.shape);
  const inverse = call.run(inverseRms, [x], [rows], { width, epsilon: call.attributes.epsilon });
  return [call.run(scaleRows, [x, weight, inverse], [width, rows], { width })];
};

export const rmsNormGradientLowering: Lowering<NormAttributes> = (call) => {
  const [x, weight, g] = call.inputs as [number, number, number];
  const { rows, width } = rowsAndWidth(call.inputTypes[0]!.shape);
  const inverse = call.run(inverseRms, [x], [rows], { width, epsilon: call.attributes.epsilon });
  const [wantsInput, wantsWeight] = call.wanted;
  return [
    wantsInput
      ? call.run(
          inputGradient,
          [x, weight, g, inverse, call.run(meanProduct, [x, weight, g], [rows], { width })],
          [width, rows],
          { width },
        )
      : undefined,
    wantsWeight ? sumRows(call, weightGradientPart, [x, g, inverse], rows, width) : undefined,
  ];
};
