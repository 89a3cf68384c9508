/**
 * Reverse-mode differentiation as a rewrite: the program is copied, then read backwards once, each operation
 * adding its gradient in terms of other operations. What the backward pass needs of the forward pass is simply
 * read there, so saved values are visible in the program and in its memory plan.
 */
import { add } from './ops/add.js';
import { operationNamed } from './ops/index.js';
import { replay } from './replay.js';
import { formatShape, sizeOf } from './shape.js';
import { ShapeError, TensorError } from './tensor-error.js';
import { constant, type Tensor, trace, withMark } from './trace.js';
import type { Instruction, Program, ValueId } from './types.js';

export interface GradOptions {
  /** Output to differentiate: an f32 scalar. */
  readonly of: string;
  /** Inputs to differentiate by; each an f32 tensor. */
  readonly withRespectTo: readonly string[];
}

/**
 * The program with gradients: the same inputs, and for each input in `withRespectTo` one more output
 * `gradient/<input>` of that input's shape (zeros where the result does not depend on it).
 * @throws {ShapeError} if `of` is not an f32 scalar
 * @throws {TensorError} if a name is unknown, or an operation on the way has no gradient
 */
export function grad(program: Program, { of, withRespectTo }: GradOptions): Program {
  const result = named(program.outputs, 'output', of);
  const { dtype, shape } = program.values[result]!;
  if (dtype !== 'f32' || shape.length > 0) {
    throw new ShapeError(
      `grad: expected output "${of}" to be an f32 scalar, got ${dtype} ${formatShape(shape)}; sum it first`,
    );
  }
  for (const name of withRespectTo) {
    const type = program.values[named(program.inputs, 'input', name)]!;
    if (type.dtype !== 'f32') {
      throw new TensorError(
        `grad: expected f32 inputs to differentiate by, got "${name}", which is ${type.dtype}`,
      );
    }
  }
  const types = Object.fromEntries(
    Object.entries(program.inputs).map(([name, id]) => [name, program.values[id]!]),
  );
  return trace(types, (inputs) => {
    const outputs = replay(program, inputs);
    const loss = outputs[of]!;
    const gradients = backward(
      loss,
      withRespectTo.map((name) => inputs[name]!),
    );
    return {
      ...outputs,
      ...Object.fromEntries(withRespectTo.map((name, i) => [`gradient/${name}`, gradients[i]!])),
    };
  });
}

/** Gradients of a scalar by tensors of its trace, written behind what is there. */
function backward(loss: Tensor, sources: readonly Tensor[]): Tensor[] {
  const { trace: writing } = loss;
  const forward = [...writing.instructions];
  const dependent = dependentValues(forward, sources);
  const gradients = new Map<ValueId, Tensor>([[loss.id, constant(1)]]);
  for (const { operation, inputs, outputs, attributes, block } of forward.reverse()) {
    const wanted = inputs.map((id) => dependent.has(id));
    const outputGradients = outputs.map((id) => gradients.get(id));
    if (!wanted.includes(true) || outputGradients.every((gradient) => gradient === undefined)) {
      continue;
    }
    const rule = operationNamed(operation);
    if (rule.gradient === undefined) {
      throw new TensorError(
        `grad: operation "${operation}" has no gradient, but the result depends on it; differentiate by other inputs`,
      );
    }
    const at = (id: ValueId) => writing.at(id);
    const call = {
      inputs: inputs.map(at),
      outputs: outputs.map(at),
      outputGradients,
      attributes,
      wanted,
    };
    withMark(block && { ...block, pass: 'backward' }, () => {
      const inputGradients = rule.gradient!(call);
      for (const [i, id] of inputs.entries()) {
        if (!wanted[i] || inputGradients.length === 0) {
          continue;
        }
        const gradient = inputGradients[i];
        if (gradient === undefined) {
          throw new TensorError(
            `grad: operation "${operation}" has no gradient by its input ${i}, but the result depends on it; differentiate by other inputs`,
          );
        }
        const others = gradients.get(id);
        gradients.set(id, others === undefined ? gradient : add(others, gradient));
      }
    });
  }
  return sources.map(
    ({ id, shape }) => gradients.get(id) ?? constant(new Float32Array(sizeOf(shape)), shape),
  );
}

/** Ids of the f32 values that change when a source does. */
function dependentValues(forward: readonly Instruction[], sources: readonly Tensor[]): Set<ValueId> {
  const dependent = new Set(sources.map(({ id }) => id));
  for (const { inputs, outputs } of forward) {
    if (inputs.some((id) => dependent.has(id))) {
      for (const output of outputs) {
        dependent.add(output);
      }
    }
  }
  return dependent;
}

function named(ids: Readonly<Record<string, ValueId>>, kind: string, name: string): ValueId {
  const id = ids[name];
  if (id === undefined) {
    throw new TensorError(
      `grad: expected an ${kind} of the program, got "${name}"; it has ${Object.keys(ids).join(', ')}`,
    );
  }
  return id;
}
