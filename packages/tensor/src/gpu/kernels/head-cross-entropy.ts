/**
 * The output head and its cross-entropy, a chunk of rows at a time: only (chunk, V) logits exist at once.
 *
 * A kernel cannot write into part of an array, so a chunk's gradient by the weight is added to the chunk
 * before it, and the gradients by the hidden states are joined at the end.
 */
import type { HeadCrossEntropyAttributes } from '../../ops/head-cross-entropy.js';
import type { KernelThis, Values } from '../kernel.js';
import type { Lowering, LoweringCall, Slot } from '../lowering.js';
import { addFlat } from './arithmetic.js';
import { concatParts, type Part } from './layout.js';
import { runMatmul } from './matmul.js';
import { stridedCopy } from './strided-copy.js';
import { splitSum, sumAxis } from './sum.js';

/** A row of logits is long and rows are few: each row is split into parts of `chunk` logits, one a cell. */
type PartSizes = 'vocabulary' | 'chunk';

// Size (parts, rows): index of the first of the part's largest logits.
function bestOfPartKernel(this: KernelThis<PartSizes>, logits: Values): number {
  let best = 0.0;
  let max = logits[this.thread.y * this.constants.vocabulary + this.thread.x * this.constants.chunk]!;
  for (let k = 1; k < this.constants.chunk; k++) {
    if (this.thread.x * this.constants.chunk + k < this.constants.vocabulary) {
      const logit =
        logits[this.thread.y * this.constants.vocabulary + this.thread.x * this.constants.chunk + k]!;
      if (logit > max) {
        max = logit;
        best = k;
      }
    }
  }
  return this.thread.x * this.constants.chunk + best;
}

// Size (rows): index of the first of the largest logits.
function bestKernel(this: KernelThis<'vocabulary' | 'parts'>, logits: Values, bestOfPart: Values): number {
  let best = bestOfPart[this.thread.x * this.constants.parts]!;
  let max = logits[this.thread.x * this.constants.vocabulary + (best | 0)]!;
  for (let k = 1; k < this.constants.parts; k++) {
    const candidate = bestOfPart[this.thread.x * this.constants.parts + k]!;
    const logit = logits[this.thread.x * this.constants.vocabulary + (candidate | 0)]!;
    if (logit > max) {
      max = logit;
      best = candidate;
    }
  }
  return best;
}

// Size (parts, rows): the part's sum of exp(logit - the row's largest logit).
function sumOfExpKernel(this: KernelThis<PartSizes>, logits: Values, best: Values): number {
  const top = best[this.thread.y]!;
  const max = logits[this.thread.y * this.constants.vocabulary + (top | 0)]!;
  let sum = 0.0;
  for (let k = 0; k < this.constants.chunk; k++) {
    if (this.thread.x * this.constants.chunk + k < this.constants.vocabulary) {
      sum += Math.exp(
        logits[this.thread.y * this.constants.vocabulary + this.thread.x * this.constants.chunk + k]! - max,
      );
    }
  }
  return sum;
}

// Size (chunk): each row's weighted negative log-likelihood.
function rowLossKernel(
  this: KernelThis<'vocabulary'>,
  logits: Values,
  best: Values,
  sum: Values,
  labels: Values,
  weights: Values,
): number {
  const rowWeight = weights[this.thread.x]!;
  if (rowWeight === 0.0) {
    return 0.0;
  }
  const top = best[this.thread.x]!;
  const max = logits[this.thread.x * this.constants.vocabulary + (top | 0)]!;
  const label = labels[this.thread.x]!;
  const own = logits[this.thread.x * this.constants.vocabulary + (label | 0)]!;
  return rowWeight * (max - own + Math.log(sum[this.thread.x]!));
}

// Size (chunk): 1 where the row counts and its most likely token is the label.
function rowCorrectKernel(this: KernelThis, best: Values, labels: Values, weights: Values): number {
  if (weights[this.thread.x]! > 0.0 && best[this.thread.x]! === labels[this.thread.x]!) {
    return 1.0;
  }
  return 0.0;
}

// Size (vocabulary, chunk): gradient by the logits, weight * (softmax - one-hot).
function logitGradientKernel(
  this: KernelThis<'vocabulary'>,
  logits: Values,
  best: Values,
  sum: Values,
  labels: Values,
  weights: Values,
): number {
  const top = best[this.thread.y]!;
  const max = logits[this.thread.y * this.constants.vocabulary + (top | 0)]!;
  let probability =
    Math.exp(logits[this.thread.y * this.constants.vocabulary + this.thread.x]! - max) / sum[this.thread.y]!;
  if (labels[this.thread.y]! === this.thread.x) {
    probability = probability - 1.0;
  }
  return weights[this.thread.y]! * probability;
}

/** Rows `start` to `start + length` of a matrix of `width` columns. */
function takeRows(call: LoweringCall, input: Slot, width: number, start: number, length: number): Slot {
  return stridedCopy(call, input, [length, width], [width, 1], start * width);
}

export const headCrossEntropyLowering: Lowering<HeadCrossEntropyAttributes> = (call) => {
  const weight = call.inputs[1]!;
  const [rows, width] = call.inputTypes[0]!.shape as [number, number];
  const vocabulary = call.inputTypes[1]!.shape[0]!;
  const [wantsLoss, wantsHidden, wantsWeight, wantsCorrect] = call.wanted;
  const { parts, chunk } = splitSum(vocabulary);
  const losses: Part[] = [];
  const corrects: Part[] = [];
  const hiddenGradients: Part[] = [];
  let weightGradient: Slot | undefined;

  for (let start = 0; start < rows; start += call.attributes.chunkRows) {
    const length = Math.min(call.attributes.chunkRows, rows - start);
    const whole = length === rows;
    const hidden = whole ? call.inputs[0]! : takeRows(call, call.inputs[0]!, width, start, length);
    const labels = whole ? call.inputs[2]! : takeRows(call, call.inputs[2]!, 1, start, length);
    const weights = whole ? call.inputs[3]! : takeRows(call, call.inputs[3]!, 1, start, length);

    const plain = { stack: 1, transposeA: false, transposeB: false, alpha: 1 };
    const logitProduct = { ...plain, m: length, n: vocabulary, inner: width, transposeB: true };
    const logits = runMatmul(call, hidden, weight, logitProduct);
    const bestOfPart = call.run(bestOfPartKernel, [logits], [parts, length], { vocabulary, chunk });
    const best =
      parts === 1 ? bestOfPart : call.run(bestKernel, [logits, bestOfPart], [length], { vocabulary, parts });
    if (wantsCorrect) {
      corrects.push({ slot: call.run(rowCorrectKernel, [best, labels, weights], [length], {}), length });
    }
    if (!wantsLoss && !wantsHidden && !wantsWeight) {
      continue;
    }
    const sumOfPart = call.run(sumOfExpKernel, [logits, best], [parts, length], { vocabulary, chunk });
    const sum = parts === 1 ? sumOfPart : sumAxis(call, sumOfPart, length, parts, 1);
    const rowArrays = [logits, best, sum, labels, weights];
    if (wantsLoss) {
      losses.push({ slot: call.run(rowLossKernel, rowArrays, [length], { vocabulary }), length });
    }
    if (!wantsHidden && !wantsWeight) {
      continue;
    }
    const gradient = call.run(logitGradientKernel, rowArrays, [vocabulary, length], { vocabulary });
    if (wantsHidden) {
      const product = { ...plain, m: length, n: width, inner: vocabulary };
      hiddenGradients.push({ slot: runMatmul(call, gradient, weight, product), length });
    }
    if (wantsWeight) {
      const product = { ...plain, m: vocabulary, n: width, inner: length, transposeA: true };
      const part = runMatmul(call, gradient, hidden, product);
      weightGradient =
        weightGradient === undefined
          ? part
          : call.run(addFlat, [weightGradient, part], [vocabulary * width], {});
    }
  }

  return [
    wantsLoss ? sumAxis(call, concatParts(call, losses, 1, 1), 1, rows, 1) : undefined,
    wantsHidden ? concatParts(call, hiddenGradients, width, 1) : undefined,
    weightGradient,
    wantsCorrect ? sumAxis(call, concatParts(call, corrects, 1, 1), 1, rows, 1) : undefined,
  ];
};
