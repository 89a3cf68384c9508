import { operationNamed } from './ops/index.js';
import { formatShape, sameShape } from './shape.js';
import { ShapeError } from './tensor-error.js';
import { blocksOfReplay, constant, emit, type Tensor, withMark } from './trace.js';
import type { Program, ValueId } from './types.js';

/**
 * Writes a finished program into the trace being written, as if its body were called there: programs compose.
 * @param inputs one tensor for each of the program's inputs
 * @returns the program's outputs, by name
 * @throws {ShapeError} if an input is missing or its type differs
 */
export function replay(program: Program, inputs: Readonly<Record<string, Tensor>>): Record<string, Tensor> {
  const values = new Map<ValueId, Tensor>();
  for (const [name, id] of Object.entries(program.inputs)) {
    const type = program.values[id]!;
    const tensor = inputs[name];
    if (tensor === undefined || tensor.dtype !== type.dtype || !sameShape(tensor.shape, type.shape)) {
      const got = tensor === undefined ? 'none' : `${tensor.dtype} ${formatShape(tensor.shape)}`;
      throw new ShapeError(
        `replay: expected input "${name}" of type ${type.dtype} ${formatShape(type.shape)}, got ${got}`,
      );
    }
    values.set(id, tensor);
  }
  for (const [id, data] of program.constants) {
    values.set(id, constant(data, program.values[id]!.shape));
  }
  const markOf = blocksOfReplay();
  for (const { operation, inputs: read, outputs, attributes, block } of program.instructions) {
    const tensors = read.map((id) => values.get(id)!);
    const results = withMark(markOf(block), () => emit(operationNamed(operation), tensors, attributes));
    for (const [i, id] of outputs.entries()) {
      values.set(id, results[i]!);
    }
  }
  return Object.fromEntries(Object.entries(program.outputs).map(([name, id]) => [name, values.get(id)!]));
}
