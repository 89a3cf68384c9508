import type { Tensor } from './trace.js';
import type { Attributes, TensorType } from './types.js';

/** What an operation's gradient is given. Inputs and outputs belong to the trace being written. */
export interface GradientCall<A extends Attributes> {
  readonly inputs: readonly Tensor[];
  readonly outputs: readonly Tensor[];
  /** Gradient of the loss by each output; undefined where the loss does not depend on it. */
  readonly outputGradients: readonly (Tensor | undefined)[];
  readonly attributes: A;
  /** Which inputs' gradients are wanted; the others may be left undefined. */
  readonly wanted: readonly boolean[];
}

/** What an operation's reference is given: everything in float64, row-major. */
export interface ReferenceCall<A extends Attributes> {
  readonly inputs: readonly Float64Array[];
  readonly inputTypes: readonly TensorType[];
  readonly outputTypes: readonly TensorType[];
  readonly attributes: A;
}

/**
 * One operation: its shape rule, its gradient in terms of other operations, and a plain float64 reference
 * that is the oracle for every backend and never the fast path.
 */
export interface Operation<A extends Attributes = Attributes> {
  readonly name: string;
  /** @throws {ShapeError} naming the operation, what it expected and what it got */
  outputTypes(inputs: readonly TensorType[], attributes: A): readonly TensorType[];
  /**
   * One entry per input; undefined (or missing at the end) for an input that is not differentiable. An empty
   * list: the outputs with gradients do not change with any input. Absent: nothing is differentiable.
   */
  gradient?(call: GradientCall<A>): readonly (Tensor | undefined)[];
  reference(call: ReferenceCall<A>): readonly Float64Array[];
}
