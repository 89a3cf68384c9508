/** Programs that ONNX Runtime refuses: one when it is compiled, three when they run. */
import {
  add,
  type Backend,
  f32,
  gather,
  headCrossEntropy,
  i32,
  matmul,
  type NumericArray,
  type Program,
  silu,
  type TensorType,
  trace,
} from '@sftkit/tensor';

export interface FaultyProgram {
  readonly name: string;
  readonly program: Program;
  readonly inputs: Readonly<Record<string, NumericArray>>;
  /** What the error says. */
  readonly message: RegExp;
}

/** The program as if its input had another type: nothing checks that before ONNX Runtime does. */
function withInput(program: Program, input: string, type: TensorType): Program {
  const values = program.values.map((value, id) => (id === program.inputs[input] ? type : value));
  return { ...program, values };
}

const product = trace({ x: f32(2, 3), w: f32(3, 4) }, ({ x, w }) => ({ y: silu(matmul(x, w)) }));
const sum = trace({ x: f32(2, 3), y: f32(3) }, ({ x, y }) => ({ y: add(silu(x), y) }));

export const faultyPrograms: readonly FaultyProgram[] = [
  {
    name: 'shapes that do not fit',
    program: withInput(product, 'w', f32(5, 4)),
    inputs: { x: new Float32Array(6), w: new Float32Array(20) },
    message:
      /^matmul: ONNX Runtime failed at instruction 0, inputs f32 \(2, 3\), f32 \(5, 4\), outputs f32 \(2, 4\): .*dimension mismatch/s,
  },
  {
    name: 'types that do not fit',
    program: withInput(sum, 'y', i32(3)),
    inputs: { x: new Float32Array(6), y: new Int32Array(3) },
    message:
      /^add: ONNX Runtime failed at instruction 1, inputs f32 \(2, 3\), i32 \(3\), outputs f32 \(2, 3\): .*different types/s,
  },
  {
    name: 'an id outside the table',
    program: trace({ table: f32(3, 2), ids: i32(4) }, ({ table, ids }) => ({
      rows: add(gather(table, ids), gather(table, ids)),
    })),
    inputs: { table: new Float32Array(6), ids: Int32Array.of(0, 1, 7, 2) },
    message:
      /^gather: ONNX Runtime failed at instruction \d, inputs f32 \(3, 2\), i32 \(4\), outputs f32 \(4, 2\): .*idx=7/s,
  },
  {
    name: 'a label outside the vocabulary',
    program: trace(
      { hidden: f32(2, 3), head: f32(5, 3), labels: i32(2), weights: f32(2) },
      ({ hidden, head, labels, weights }) => ({
        loss: headCrossEntropy(hidden, head, labels, weights).loss,
      }),
    ),
    inputs: {
      hidden: new Float32Array(6),
      head: new Float32Array(15),
      labels: Int32Array.of(4, 9),
      weights: Float32Array.of(1, 1),
    },
    message:
      /^headCrossEntropy: ONNX Runtime failed at instruction 0, inputs f32 \(2, 3\), f32 \(5, 3\), i32 \(2\), f32 \(2\), .*idx=9/s,
  },
];

/** Compiles and runs it, and returns the error's name and message. */
export async function errorOf(
  { program, inputs }: FaultyProgram,
  backend: Backend,
): Promise<[string, string]> {
  try {
    await (await backend.compile(program)).run(inputs);
    return ['', 'no error'];
  } catch (error) {
    return error instanceof Error ? [error.name, error.message] : ['', String(error)];
  }
}
