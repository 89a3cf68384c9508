/** The table of operations: what a program may contain and a backend must run. */
import type { Operation } from '../operation.js';
import { TensorError } from '../tensor-error.js';
import { adamWOperation } from './adam-w.js';
import { addOperation } from './add.js';
import { attentionOperation } from './attention.js';
import { attentionGradientOperation } from './attention-gradient.js';
import { attentionMaskOperation } from './attention-mask.js';
import { broadcastToOperation } from './broadcast-to.js';
import { concatOperation } from './concat.js';
import { divOperation } from './div.js';
import { dropoutOperation } from './dropout.js';
import { expOperation } from './exp.js';
import { gatherOperation } from './gather.js';
import { geluOperation } from './gelu.js';
import { geluGradientOperation } from './gelu-gradient.js';
import { headCrossEntropyOperation } from './head-cross-entropy.js';
import { layerNormOperation } from './layer-norm.js';
import { layerNormGradientOperation } from './layer-norm-gradient.js';
import { logOperation } from './log.js';
import { matmulOperation } from './matmul.js';
import { mulOperation } from './mul.js';
import { negOperation } from './neg.js';
import { padOperation } from './pad.js';
import { reluGradientOperation, reluOperation } from './relu.js';
import { reshapeOperation } from './reshape.js';
import { rmsNormOperation } from './rms-norm.js';
import { rmsNormGradientOperation } from './rms-norm-gradient.js';
import { rotaryOperation } from './rotary.js';
import { scatterAddOperation } from './scatter-add.js';
import { sigmoidOperation } from './sigmoid.js';
import { siluOperation } from './silu.js';
import { siluGradientOperation } from './silu-gradient.js';
import { sliceOperation } from './slice.js';
import { softmaxOperation } from './softmax.js';
import { softmaxGradientOperation } from './softmax-gradient.js';
import { sqrtOperation } from './sqrt.js';
import { subOperation } from './sub.js';
import { sumOperation } from './sum.js';
import { sumOfSquaresOperation } from './sum-of-squares.js';
import { tanhOperation } from './tanh.js';
import { transposeOperation } from './transpose.js';
import { uniformOperation } from './uniform.js';

export const operations = {
  adamW: adamWOperation,
  add: addOperation,
  attentionGradient: attentionGradientOperation,
  attentionMask: attentionMaskOperation,
  attention: attentionOperation,
  broadcastTo: broadcastToOperation,
  concat: concatOperation,
  div: divOperation,
  dropout: dropoutOperation,
  exp: expOperation,
  gather: gatherOperation,
  geluGradient: geluGradientOperation,
  gelu: geluOperation,
  headCrossEntropy: headCrossEntropyOperation,
  layerNormGradient: layerNormGradientOperation,
  layerNorm: layerNormOperation,
  log: logOperation,
  matmul: matmulOperation,
  mul: mulOperation,
  neg: negOperation,
  pad: padOperation,
  reluGradient: reluGradientOperation,
  relu: reluOperation,
  reshape: reshapeOperation,
  rmsNormGradient: rmsNormGradientOperation,
  rmsNorm: rmsNormOperation,
  rotary: rotaryOperation,
  scatterAdd: scatterAddOperation,
  sigmoid: sigmoidOperation,
  siluGradient: siluGradientOperation,
  silu: siluOperation,
  slice: sliceOperation,
  softmaxGradient: softmaxGradientOperation,
  softmax: softmaxOperation,
  sqrt: sqrtOperation,
  sub: subOperation,
  sumOfSquares: sumOfSquaresOperation,
  sum: sumOperation,
  tanh: tanhOperation,
  transpose: transposeOperation,
  uniform: uniformOperation,
} satisfies Readonly<Record<string, Operation>>;

export type OperationName = keyof typeof operations;

/**
 * Attributes of an operation. A backend's table is checked for completeness by
 * `{ readonly [N in OperationName]: Kernel<AttributesOf<N>> }`.
 */
export type AttributesOf<N extends OperationName> =
  (typeof operations)[N] extends Operation<infer A> ? A : never;

/** Whether a program's instruction names an operation of the table. */
export function isOperationName(name: string): name is OperationName {
  return Object.hasOwn(operations, name);
}

/** @throws {TensorError} if there is no such operation */
export function operationNamed(name: string): Operation {
  if (!isOperationName(name)) {
    throw new TensorError(
      `program: expected one of the operations ${Object.keys(operations).join(', ')}, got "${name}"`,
    );
  }
  return operations[name];
}
