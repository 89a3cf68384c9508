/**
 * What one run of a session takes in memory besides its inputs and outputs, found as ONNX Runtime's own planner finds
 * it (onnxruntime/core/framework/allocation_planner.cc):
 *
 * - a node writes over an input that nothing reads afterwards, if its kernel can and the shape is known before it runs;
 * - else it takes new memory, which is given back after the last of all values that it held.
 *
 * Of values of known shape it would also keep the memory for the next of the same shape: see `encodeModel`.
 */
import type { GraphModel, Value } from '../graph/graph.js';
import { executionOrder } from './execution-order.js';
import { bytesOf, inferTypes } from './infer-types.js';

/** These hand the memory of their first input on. */
const ALIASING = new Set(['Reshape', 'Identity']);

/** Kernels that may write their result over their first input. Found by running chains of each: sums and products do not. */
const IN_PLACE = new Set(['Cast', 'ScatterElements', 'Sigmoid', 'Softmax', 'Tanh']);

interface SessionBuffer {
  readonly bytes: number;
  readonly from: number;
  to: number;
}

export interface SessionPlan {
  /** Bytes of buffers while each node runs, in the order of execution. */
  readonly liveBytes: readonly number[];
  /** The largest of them. */
  readonly peakBytes: number;
}

export function planSession(model: GraphModel): SessionPlan {
  const order = executionOrder(model.nodes);
  const types = inferTypes(model, order);
  const outside = new Set([...model.inputs, ...model.outputs, ...model.initializers].map(({ name }) => name));
  const knownShapes = new Set(
    model.initializers.filter(({ isDefault }) => !isDefault).map(({ name }) => name),
  );
  const ofKnownShape = new Set<Value>();
  const uses = new Map<Value, number>();
  for (const value of order.flatMap(({ inputs }) => inputs)) {
    uses.set(value, (uses.get(value) ?? 0) + 1);
  }
  /** Buffer of a value; none where it is given or an output. */
  const bufferOf = new Map<Value, SessionBuffer | undefined>();
  /** Reads still to come of all values that now share a buffer. */
  const remaining = new Map<SessionBuffer, number>();
  const all: SessionBuffer[] = [];

  for (const [at, { opType, inputs, outputs }] of order.entries()) {
    const placeOf = (output: Value): SessionBuffer | undefined => {
      const bytes = bytesOf(types.get(output)!);
      if (ALIASING.has(opType)) {
        return bufferOf.get(inputs[0]!);
      }
      if (outside.has(output)) {
        return undefined;
      }
      const first = bufferOf.get(inputs[0] ?? '');
      const isFree = first !== undefined && remaining.get(first) === 1 && first.bytes === bytes;
      if (IN_PLACE.has(opType) && ofKnownShape.has(inputs[0]!) && isFree) {
        ofKnownShape.add(output);
        return first;
      }
      const made = { bytes, from: at, to: at };
      all.push(made);
      return made;
    };
    if (opType === 'Reshape' && knownShapes.has(inputs[1]!)) {
      ofKnownShape.add(outputs[0]!);
    }
    for (const output of outputs) {
      const buffer = placeOf(output);
      bufferOf.set(output, buffer);
      if (buffer !== undefined) {
        remaining.set(buffer, (remaining.get(buffer) ?? 0) + (uses.get(output) ?? 0));
        buffer.to = at;
      }
    }
    for (const buffer of inputs.map((value) => bufferOf.get(value))) {
      if (buffer !== undefined) {
        remaining.set(buffer, remaining.get(buffer)! - 1);
        buffer.to = at;
      }
    }
  }
  return sumOverLifetimes(all, order.length);
}

function sumOverLifetimes(buffers: readonly SessionBuffer[], length: number): SessionPlan {
  const change = new Array<number>(length + 1).fill(0);
  for (const { bytes, from, to } of buffers) {
    change[from]! += bytes;
    change[to + 1]! -= bytes;
  }
  let live = 0;
  const liveBytes = change.slice(0, length).map((difference) => {
    live += difference;
    return live;
  });
  return { liveBytes, peakBytes: liveBytes.reduce((a, b) => Math.max(a, b), 0) };
}
