import { BackendError, formatShape, type Program } from '@sftkit/tensor';

/** Node names are `<instruction>:<operation>/<n>`, see `Graph`. */
const NODE_NAME = /(\d+):\w+\/\d+/;

/** An error of ONNX Runtime, told in terms of the program: which operation, which shapes. */
export function explainError(cause: unknown, program: Program): BackendError {
  const message = cause instanceof Error ? cause.message : String(cause);
  const index = NODE_NAME.exec(message)?.[1];
  const instruction = index === undefined ? undefined : program.instructions[Number(index)];
  if (instruction === undefined) {
    return new BackendError(`onnx: ONNX Runtime failed: ${message}`, { cause });
  }
  const inputs = instruction.inputs.map((id) => {
    const { dtype, shape } = program.values[id]!;
    return `${dtype} ${formatShape(shape)}`;
  });
  return new BackendError(
    `${instruction.operation}: ONNX Runtime failed at instruction ${index}, inputs ${inputs.join(', ')}: ${message}`,
    { cause },
  );
}
