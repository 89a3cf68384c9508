/** Layer normalisation of each row: y = n * w + b with n = (x - mean) / sqrt(variance + epsilon). */
import type { NormAttributes } from '../../ops/rms-norm.js';
import type { KernelThis, Values } from '../kernel.js';
import { type Lowering, rowsAndWidth } from '../lowering.js';
import { sumAxis, sumRows } from './sum.js';

// Size (rows).
function rowMean(this: KernelThis<'width'>, x: Values): number {
  let sum = 0.0;
  for (let k = 0; k < this.constants.width; k++) {
    sum += x[this.thread.x * this.constants.width + k]!;
  }
  return sum / this.constants.width;
}

// Size (rows). From the differences to the mean: the mean of squares minus the square of the mean would cancel.
function inverseDeviation(this: KernelThis<'width' | 'epsilon'>, x: Values, mean: Values): number {
  let sum = 0.0;
  for (let k = 0; k < this.constants.width; k++) {
    const difference = x[this.thread.x * this.constants.width + k]! - mean[this.thread.x]!;
    sum += difference * difference;
  }
  return 1.0 / Math.sqrt(sum / this.constants.width + this.constants.epsilon);
}

// Size (width, rows).
function normalize(
  this: KernelThis<'width'>,
  x: Values,
  weight: Values,
  bias: Values,
  mean: Values,
  inverse: Values,
): number {
  return (
    (x[this.thread.y * this.constants.width + this.thread.x]! - mean[this.thread.y]!) *
      inverse[this.thread.y]! *
      weight[this.thread.x]! +
    bias[this.thread.x]!
  );
}

// Size (rows): mean of g * w.
function meanGradient(this: KernelThis<'width'>, weight: Values, g: Values): number {
  let sum = 0.0;
  for (let k = 0; k < this.constants.width; k++) {
    sum += g[this.thread.x * this.constants.width + k]! * weight[k]!;
  }
  return sum / this.constants.width;
}

// Size (rows): mean of g * w * n.
function meanGradientTimesNormal(
  this: KernelThis<'width'>,
  x: Values,
  weight: Values,
  g: Values,
  mean: Values,
  inverse: Values,
): number {
  let sum = 0.0;
  for (let k = 0; k < this.constants.width; k++) {
    sum +=
      g[this.thread.x * this.constants.width + k]! *
      weight[k]! *
      (x[this.thread.x * this.constants.width + k]! - mean[this.thread.x]!);
  }
  return (sum * inverse[this.thread.x]!) / this.constants.width;
}

// dx = (g * w - mean(g * w) - n * mean(g * w * n)) / deviation
function inputGradient(
  this: KernelThis<'width'>,
  x: Values,
  weight: Values,
  g: Values,
  mean: Values,
  inverse: Values,
  meanG: Values,
  meanGN: Values,
): number {
  const r = inverse[this.thread.y]!;
  const n = (x[this.thread.y * this.constants.width + this.thread.x]! - mean[this.thread.y]!) * r;
  return (
    r *
    (g[this.thread.y * this.constants.width + this.thread.x]! * weight[this.thread.x]! -
      meanG[this.thread.y]! -
      n * meanGN[this.thread.y]!)
  );
}

function weightGradientPart(
  this: KernelThis<'width' | 'rows' | 'chunk'>,
  x: Values,
  g: Values,
  mean: Values,
  inverse: Values,
): number {
  let sum = 0.0;
  for (let k = 0; k < this.constants.chunk; k++) {
    if (this.thread.y * this.constants.chunk + k < this.constants.rows) {
      sum +=
        g[(this.thread.y * this.constants.chunk + k) * this.constants.width + this.thread.x]! *
        (x[(this.thread.y * this.constants.chunk + k) * this.constants.width + this.thread.x]! -
          mean[this.thread.y * this.constants.chunk + k]!) *
        inverse[this.thread.y * this.constants.chunk + k]!;
    }
  }
  return sum;
}

export const layerNormLowering: Lowering<NormAttributes> = (call) => {
  const [x, weight, bias] = call.inputs as [number, number, number];
  const { rows, width } = rowsAndWidth(call.inputTypes[0]!.shape);
  const mean = call.run(rowMean, [x], [rows], { width });
  const inverse = call.run(inverseDeviation, [x, mean], [rows], { width, epsilon: call.attributes.epsilon });
  return [call.run(normalize, [x, weight, bias, mean, inverse], [width, rows], { width })];
};

export const layerNormGradientLowering: Lowering<NormAttributes> = (call) => {
  const [x, weight, g] = call.inputs as [number, number, number];
  const { rows, width } = rowsAndWidth(call.inputTypes[0]!.shape);
  const [wantsInput, wantsWeight, wantsBias] = call.wanted;
  const gradients: (number | undefined)[] = [undefined, undefined, undefined];
  if (wantsInput || wantsWeight) {
    const mean = call.run(rowMean, [x], [rows], { width });
    const inverse = call.run(inverseDeviation, [x, mean], [rows], {
      width,
      epsilon: call.attributes.epsilon,
    });
    if (wantsInput) {
      const meanG = call.run(meanGradient, [weight, g], [rows], { width });
      const meanGN = call.run(meanGradientTimesNormal, [x, weight, g, mean, inverse], [rows], { width });
      const arrays = [x, weight, g, mean, inverse, meanG, meanGN];
      gradients[0] = call.run(inputGradient, arrays, [width, rows], { width });
    }
    if (wantsWeight) {
      gradients[1] = sumRows(call, weightGradientPart, [x, g, mean, inverse], rows, width);
    }
  }
  if (wantsBias) {
    gradients[2] = sumAxis(call, g, 1, rows, width);
  }
  return gradients;
};
