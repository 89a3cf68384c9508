export type { Backend, Buffer, Executable } from './backend.js';
export type { GradientCall, Operation, ReferenceCall } from './operation.js';
export { type HeadCrossEntropyAttributes, headCrossEntropy } from './ops/head-cross-entropy.js';
export { type MatmulAttributes, matmul } from './ops/matmul.js';
export { broadcastShapes, formatShape, sizeOf, stridesOf } from './shape.js';
export { BackendError, ShapeError, TensorError } from './tensor-error.js';
export { constant, f32, i32, type Tensor, trace } from './trace.js';
export type {
  Attributes,
  DType,
  Instruction,
  NumericArray,
  Program,
  Shape,
  TensorType,
  ValueId,
} from './types.js';
export { UNUSED } from './types.js';
