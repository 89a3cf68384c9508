/**
 * What one run of a program costs, from its operations and shapes alone: floating-point operations where products are what
 * takes the time, bytes where memory is.
 */
import {
  type AttentionAttributes,
  attentionSizes,
  type Instruction,
  type MatmulAttributes,
  type Program,
  sizeOf,
  type TensorType,
  UNUSED,
} from '@sftkit/tensor';

export interface ProgramWork {
  /** Of matrix products: 2 m n k for (m, k) times (k, n). */
  readonly matmulFlops: number;
  /** Of the products in attention and its gradient, over the keys that a query can see. */
  readonly attentionFlops: number;
  /** Of the head's products with cross-entropy: 2 N C V each; one for the loss, one for each gradient that is wanted. */
  readonly headFlops: number;
  /** Read and written by the update of parameters and moments. */
  readonly updateBytes: number;
  /** Read and written by everything else: normalization, activations, sums. */
  readonly otherBytes: number;
}

const NOTHING: ProgramWork = {
  matmulFlops: 0,
  attentionFlops: 0,
  headFlops: 0,
  updateBytes: 0,
  otherBytes: 0,
};

/** An instruction with the types of what it reads and of what it writes; undefined where nobody reads it. */
interface TypedInstruction {
  readonly instruction: Instruction;
  readonly inputs: readonly TensorType[];
  readonly outputs: readonly (TensorType | undefined)[];
}

/** Sum over the program's instructions; a run of nothing costs nothing. */
export function programWork({ values, instructions }: Program): ProgramWork {
  return instructions.reduce((total, instruction) => {
    const inputs = instruction.inputs.map((id) => values[id]!);
    const outputs = instruction.outputs.map((id) => (id === UNUSED ? undefined : values[id]));
    return sumOfWork(total, workOf({ instruction, inputs, outputs }));
  }, NOTHING);
}

/** The two together. */
function sumOfWork(a: ProgramWork, b: Partial<ProgramWork>): ProgramWork {
  return {
    matmulFlops: a.matmulFlops + (b.matmulFlops ?? 0),
    attentionFlops: a.attentionFlops + (b.attentionFlops ?? 0),
    headFlops: a.headFlops + (b.headFlops ?? 0),
    updateBytes: a.updateBytes + (b.updateBytes ?? 0),
    otherBytes: a.otherBytes + (b.otherBytes ?? 0),
  };
}

function workOf(typed: TypedInstruction): Partial<ProgramWork> {
  switch (typed.instruction.operation) {
    case 'matmul':
      return { matmulFlops: matmulFlops(typed) };
    case 'attention':
      return { attentionFlops: 2 * attentionProduct(typed) }; // scores, and their product with the values
    case 'attentionGradient':
      return { attentionFlops: 5 * attentionProduct(typed) }; // scores again, gradients of weights, q, k and v
    case 'headCrossEntropy':
      return { headFlops: headFlops(typed) };
    case 'adamW':
      return { updateBytes: bytesOf([...typed.inputs, ...typed.outputs]) };
    case 'reshape':
      return {}; // another view of the same memory
    case 'gather':
      return { otherBytes: 2 * bytesOf(typed.outputs) }; // of the table, only the rows that are wanted
    default:
      return { otherBytes: bytesOf([...typed.inputs, ...typed.outputs]) };
  }
}

function matmulFlops({ instruction, inputs: [a], outputs: [y] }: TypedInstruction): number {
  const { transposeA } = instruction.attributes as MatmulAttributes;
  return 2 * sizeOf(y!.shape) * a!.shape.at(transposeA ? -2 : -1)!;
}

/** Of one product of width D over all pairs of a query and a key that it sees. */
function attentionProduct({ instruction, inputs }: TypedInstruction): number {
  const { causal, reach } = instruction.attributes as AttentionAttributes;
  const { batch, heads, queries, keys, depth } = attentionSizes(inputs);
  const pairs = causal ? causalPairs(queries, reach ?? queries) : queries * keys;
  return 2 * batch * heads * pairs * depth;
}

/** Pairs of a query and a key not after it, at most `reach` keys to a query. */
function causalPairs(queries: number, reach: number): number {
  const short = Math.min(queries, reach); // the first queries see fewer keys
  return (short * (short + 1)) / 2 + (queries - short) * short;
}

function headFlops({ inputs: [hidden, head], outputs }: TypedInstruction): number {
  const [, dHidden, dWeight] = outputs;
  const products = 1 + Number(dHidden !== undefined) + Number(dWeight !== undefined);
  return products * 2 * sizeOf(hidden!.shape) * head!.shape[0]!;
}

function bytesOf(types: readonly (TensorType | undefined)[]): number {
  return types.reduce((bytes, type) => bytes + (type === undefined ? 0 : 4 * sizeOf(type.shape)), 0);
}
