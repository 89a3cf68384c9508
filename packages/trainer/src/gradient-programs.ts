/** From the objective to gradients, and gradients summed over micro-batches. */
import { grad, type Instruction, type Program, type TensorType, type ValueId } from '@sftkit/tensor';

/** Name of a parameter's gradient among a program's inputs and outputs. */
export function gradientName(parameter: string): string {
  return `gradient/${parameter}`;
}

/** The objective with a gradient for each named parameter: outputs `loss`, `correct`, `gradient/<name>`. */
export function gradientProgram(objective: Program, parameters: readonly string[]): Program {
  return grad(objective, { of: 'loss', withRespectTo: parameters });
}

/**
 * The same program, which adds its gradients to those it is given: an input `gradient/<name>` for each of the
 * outputs of that name. Run with both in one buffer, it sums over micro-batches in place.
 */
export function accumulatingProgram(program: Program, parameters: readonly string[]): Program {
  const values: TensorType[] = [...program.values];
  const inputs: Record<string, ValueId> = { ...program.inputs };
  const outputs: Record<string, ValueId> = { ...program.outputs };
  const instructions: Instruction[] = [...program.instructions];
  const newValue = (type: TensorType): ValueId => values.push(type) - 1;
  for (const name of parameters.map(gradientName)) {
    const fresh = program.outputs[name]!;
    const type = program.values[fresh]!;
    const before = newValue(type);
    const sum = newValue(type);
    inputs[name] = before;
    instructions.push({ operation: 'add', inputs: [before, fresh], outputs: [sum], attributes: {} });
    outputs[name] = sum;
  }
  return { values, inputs, constants: program.constants, instructions, outputs };
}
