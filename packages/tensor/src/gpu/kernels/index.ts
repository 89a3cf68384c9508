/** How each operation runs on gpu.js. */
import type { AttributesOf, OperationName } from '../../ops/index.js';
import type { Lowering } from '../lowering.js';
import { adamWLowering } from './adam-w.js';
import { addLowering, divLowering, mulLowering, subLowering } from './arithmetic.js';
import { attentionGradientLowering, attentionLowering } from './attention.js';
import { attentionMaskLowering } from './attention-mask.js';
import {
  expLowering,
  geluGradientLowering,
  geluLowering,
  logLowering,
  negLowering,
  reluGradientLowering,
  reluLowering,
  sigmoidLowering,
  siluGradientLowering,
  siluLowering,
  sqrtLowering,
  tanhLowering,
} from './elementwise.js';
import { gatherLowering, scatterAddLowering } from './gather.js';
import { headCrossEntropyLowering } from './head-cross-entropy.js';
import { layerNormGradientLowering, layerNormLowering } from './layer-norm.js';
import {
  broadcastToLowering,
  concatLowering,
  padLowering,
  reshapeLowering,
  sliceLowering,
  transposeLowering,
} from './layout.js';
import { matmulLowering } from './matmul.js';
import { dropoutLowering, uniformLowering } from './random.js';
import { rmsNormGradientLowering, rmsNormLowering } from './rms-norm.js';
import { rotaryLowering } from './rotary.js';
import { softmaxGradientLowering, softmaxLowering } from './softmax.js';
import { sumLowering, sumOfSquaresLowering } from './sum.js';

export const lowerings: { readonly [N in OperationName]: Lowering<AttributesOf<N>> } = {
  adamW: adamWLowering,
  add: addLowering,
  attention: attentionLowering,
  attentionGradient: attentionGradientLowering,
  attentionMask: attentionMaskLowering,
  broadcastTo: broadcastToLowering,
  concat: concatLowering,
  div: divLowering,
  dropout: dropoutLowering,
  exp: expLowering,
  gather: gatherLowering,
  gelu: geluLowering,
  geluGradient: geluGradientLowering,
  headCrossEntropy: headCrossEntropyLowering,
  layerNorm: layerNormLowering,
  layerNormGradient: layerNormGradientLowering,
  log: logLowering,
  matmul: matmulLowering,
  mul: mulLowering,
  neg: negLowering,
  pad: padLowering,
  reshape: reshapeLowering,
  rmsNorm: rmsNormLowering,
  rmsNormGradient: rmsNormGradientLowering,
  rotary: rotaryLowering,
  scatterAdd: scatterAddLowering,
  sigmoid: sigmoidLowering,
  relu: reluLowering,
  reluGradient: reluGradientLowering,
  silu: siluLowering,
  siluGradient: siluGradientLowering,
  slice: sliceLowering,
  softmax: softmaxLowering,
  softmaxGradient: softmaxGradientLowering,
  sqrt: sqrtLowering,
  sub: subLowering,
  sum: sumLowering,
  sumOfSquares: sumOfSquaresLowering,
  tanh: tanhLowering,
  transpose: transposeLowering,
  uniform: uniformLowering,
};
