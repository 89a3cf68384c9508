import type { Attributes, TensorType } from '@sftkit/tensor';
import type { Graph, Value } from '../graph/graph.js';

/** What the lowering of an operation is given. */
export interface LoweringCall<A> {
  readonly graph: Graph;
  readonly inputs: readonly Value[];
  readonly inputTypes: readonly TensorType[];
  readonly outputTypes: readonly TensorType[];
  readonly attributes: A;
  /** For each result, whether anything reads it. */
  readonly wanted: readonly boolean[];
  /** What the gradient of a head's weight is added to, see `planSums`. */
  readonly addTo: Value | undefined;
}

/**
 * Writes one instruction as nodes of the graph and returns its results. Nodes that nothing reads are
 * dropped afterwards, so a lowering writes all its results and unused ones cost nothing.
 */
export type Lowering<A = Attributes> = (call: LoweringCall<A>) => readonly Value[];
