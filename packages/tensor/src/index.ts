export type { Backend, Buffer, BufferOptions, Executable, ReadOptions } from './backend.js';
export { checkArguments } from './check-arguments.js';
export { checkpointBlocks } from './checkpoint-blocks.js';
export { eliminateDeadCode } from './eliminate-dead-code.js';
export { type AdapterDescription, describeAdapter } from './gpu/describe-adapter.js';
export { type GpuBackendOptions, gpuBackend } from './gpu/gpu-backend.js';
export type { GpuMode } from './gpu/gpu-js.js';
export { type GradOptions, grad } from './grad.js';
export { type Initializer, init, initialValues } from './nn/init.js';
export { linear } from './nn/linear.js';
export { mean } from './nn/mean.js';
export { mse } from './nn/mse.js';
export {
  type LinearScaling,
  type Llama3Scaling,
  type RotaryScaling,
  type RotaryTablesOptions,
  rotaryTables,
} from './nn/rotary-tables.js';
export { sumTo } from './nn/sum-to.js';
export type { GradientCall, Operation, ReferenceCall } from './operation.js';
export { type AdamWAttributes, adamW } from './ops/adam-w.js';
export { add } from './ops/add.js';
export { type AttentionAttributes, attention } from './ops/attention.js';
export { type AttentionMaskAttributes, attentionMask } from './ops/attention-mask.js';
export { type AttentionSizes, attentionSizes } from './ops/attention-rows.js';
export { broadcastTo } from './ops/broadcast-to.js';
export { type ConcatAttributes, concat } from './ops/concat.js';
export { div } from './ops/div.js';
export { type DropoutAttributes, dropout } from './ops/dropout.js';
export { exp } from './ops/exp.js';
export { gather } from './ops/gather.js';
export { type GeluAttributes, gelu } from './ops/gelu.js';
export { geluGradient } from './ops/gelu-gradient.js';
export { type HeadCrossEntropyAttributes, headCrossEntropy } from './ops/head-cross-entropy.js';
export {
  type AttributesOf,
  isOperationName,
  type OperationName,
  operationNamed,
  operations,
} from './ops/index.js';
export { layerNorm } from './ops/layer-norm.js';
export { layerNormGradient } from './ops/layer-norm-gradient.js';
export { log } from './ops/log.js';
export { type MatmulAttributes, matmul } from './ops/matmul.js';
export { mul } from './ops/mul.js';
export { neg } from './ops/neg.js';
export { type PadAttributes, pad } from './ops/pad.js';
export { relu } from './ops/relu.js';
export { reshape, type ShapeAttributes } from './ops/reshape.js';
export { type NormAttributes, rmsNorm } from './ops/rms-norm.js';
export { rmsNormGradient } from './ops/rms-norm-gradient.js';
export { type RotaryAttributes, rotary } from './ops/rotary.js';
export { type ScatterAddAttributes, scatterAdd } from './ops/scatter-add.js';
export { sigmoid } from './ops/sigmoid.js';
export { silu } from './ops/silu.js';
export { siluGradient } from './ops/silu-gradient.js';
export { type SliceAttributes, slice } from './ops/slice.js';
export { softmax } from './ops/softmax.js';
export { softmaxGradient } from './ops/softmax-gradient.js';
export { sqrt } from './ops/sqrt.js';
export { sub } from './ops/sub.js';
export { type SumAttributes, sum } from './ops/sum.js';
export { sumOfSquares } from './ops/sum-of-squares.js';
export { tanh } from './ops/tanh.js';
export { type TransposeAttributes, transpose } from './ops/transpose.js';
export { uniform } from './ops/uniform.js';
export { type LearningRate, type Optimizer, optim } from './optim/optim.js';
export { type Parameter, parameter, type TrainState, type TrainStep, trainStep } from './optim/train-step.js';
export { type MemoryPlan, type PlannedValue, planMemory } from './plan-memory.js';
export { dropoutKey } from './random/dropout-key.js';
export { UNIFORM_ROUNDS, uniformAt } from './random/uniform-at.js';
export {
  type ReferenceBackend,
  ReferenceBuffer,
  type ReferenceExecutable,
  type ReferenceOptions,
  referenceBackend,
} from './reference/reference-backend.js';
export { replay } from './replay.js';
export { broadcastShapes, broadcastStrides, formatShape, sameShape, sizeOf, stridesOf } from './shape.js';
export { BackendError, ShapeError, TensorError } from './tensor-error.js';
export { block, constant, f32, i32, type Tensor, trace } from './trace.js';
export type {
  Attribute,
  Attributes,
  BlockMark,
  DType,
  Instruction,
  NumericArray,
  Program,
  Shape,
  TensorType,
  ValueId,
} from './types.js';
export { UNUSED } from './types.js';
