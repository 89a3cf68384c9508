import { BackendError, formatShape, type Program, UNUSED, type ValueId } from '@sftkit/tensor';

/** Node names are `<instruction>:<operation>/<n>`, see `Graph`. */
const NODE_NAME = /\b(\d+):([A-Za-z]\w*)\/\d+/;

/** An error of ONNX Runtime, told in terms of the program: which operation, which shapes. */
export function explainError(cause: unknown, program: Program): BackendError {
  const message = (cause instanceof Error ? cause.message : String(cause)).trim();
  const [, index, operation] = NODE_NAME.exec(message) ?? [];
  const instruction = program.instructions[Number(index)];
  if (instruction === undefined || instruction.operation !== operation) {
    return new BackendError(`onnx: ONNX Runtime failed: ${message}`, { cause });
  }
  const typesOf = (ids: readonly ValueId[]) =>
    ids
      .filter((id) => id !== UNUSED)
      .map((id) => program.values[id]!)
      .map(({ dtype, shape }) => `${dtype} ${formatShape(shape)}`)
      .join(', ');
  const { inputs, outputs } = instruction;
  return new BackendError(
    `${operation}: ONNX Runtime failed at instruction ${index}, inputs ${typesOf(inputs)}, ` +
      `outputs ${typesOf(outputs)}: ${message}`,
    { cause },
  );
}
