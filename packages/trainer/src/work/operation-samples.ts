/** The two operations of a step whose cost does not follow its tokens: attention, and the head with its loss. */
import {
  type AttentionAttributes,
  attention,
  attentionMask,
  attentionSizes,
  type Buffer,
  f32,
  grad,
  type HeadCrossEntropyAttributes,
  headCrossEntropy,
  type Instruction,
  i32,
  type NumericArray,
  type Program,
  sizeOf,
  sumOfSquares,
  type TensorType,
  trace,
} from '@sftkit/tensor';
import { TrainerError } from '../trainer-error.js';
import type { Sample, Samples } from './samples.js';

/** Products of width D in `attention` and its gradient; see `programWork`. */
const ATTENTION_PRODUCTS = 7;

/**
 * Attention of a program and its gradient, on one row and with as many of the heads as may be run, at least one that holds
 * keys and those that share it.
 * @param flops that may be run, as `programWork` counts them without a mask
 * @throws {TrainerError} if the program has no attention
 */
export async function attentionSample(samples: Samples, program: Program, flops: number): Promise<Sample> {
  const instruction = instructionNamed(program, 'attention');
  const { heads, keyHeads, queries, keys, depth } = attentionSizes(typesOf(program, instruction));
  const sharing = heads / keyHeads;
  const flopsOfOne = 2 * ATTENTION_PRODUCTS * sharing * queries * keys * depth;
  const some = Math.max(1, Math.min(keyHeads, Math.floor(flops / flopsOfOne)));
  const attributes = instruction.attributes as AttentionAttributes;
  const types = {
    q: f32(1, sharing * some, queries, depth),
    k: f32(1, some, keys, depth),
    v: f32(1, some, keys, depth),
    mask: f32(1, 1, queries, keys),
  };
  const objective = trace(types, ({ q, k, v, mask }) => ({
    loss: sumOfSquares(attention(q, k, v, mask, attributes)),
  }));
  const mask = await maskBuffer(samples, types.mask, attributes);
  return gradientSample(samples, objective, ['q', 'k', 'v'], { mask });
}

/**
 * The head of a program with its loss and gradients, on as many rows as it handles at once, and with as much of the
 * vocabulary as may be run.
 * @param flops that may be run, as `programWork` counts them
 * @throws {TrainerError} if the program has no head
 */
export async function headSample(samples: Samples, program: Program, flops: number): Promise<Sample> {
  const instruction = instructionNamed(program, 'headCrossEntropy');
  const [hidden, head] = typesOf(program, instruction) as [TensorType, TensorType];
  const { chunkRows } = instruction.attributes as HeadCrossEntropyAttributes;
  const [capacity, width] = hidden.shape as [number, number];
  const rows = Math.min(capacity, chunkRows);
  const vocabulary = Math.max(1, Math.min(head.shape[0]!, Math.floor(flops / (6 * rows * width))));
  const types = {
    hidden: f32(rows, width),
    head: f32(vocabulary, width),
    labels: i32(rows),
    weights: f32(rows),
  };
  const objective = trace(types, ({ hidden, head, labels, weights }) => {
    const { loss } = headCrossEntropy(hidden, head, labels, weights, { chunkRows });
    return { loss };
  });
  const labels = Int32Array.from({ length: rows }, (_, row) => row % vocabulary);
  const weights = new Float32Array(rows).fill(1 / rows);
  return gradientSample(samples, objective, ['hidden', 'head'], { labels, weights });
}

function instructionNamed({ instructions }: Program, operation: string): Instruction {
  const found = instructions.find((instruction) => instruction.operation === operation);
  if (found === undefined) {
    throw new TrainerError(
      `measureRates: expected a program with ${operation}, found none; give it the programs of \`trainingPrograms\``,
    );
  }
  return found;
}

function typesOf({ values }: Program, { inputs }: Instruction): TensorType[] {
  return inputs.map((id) => values[id]!);
}

/** One segment over the whole row, seen as far back as the attention reaches. */
async function maskBuffer(
  samples: Samples,
  type: TensorType,
  { causal, reach }: AttentionAttributes,
): Promise<Buffer> {
  const mask = await samples.zeros(type);
  if (!causal) return mask; // every query sees every key
  const row = i32(1, type.shape.at(-1)!);
  const program = trace({ segments: row, positions: row }, ({ segments, positions }) => ({
    mask: attentionMask(segments, segments, positions, positions, { window: reach }),
  }));
  const segments = new Int32Array(sizeOf(row.shape));
  const sample = await samples.make(program, { segments, positions: segments.map((_, at) => at) }, { mask });
  await sample.run();
  return mask;
}

/**
 * A program with output `loss` and its gradients.
 * @param by inputs that it is differentiated by
 * @param others the other inputs
 */
async function gradientSample(
  samples: Samples,
  objective: Program,
  by: readonly string[],
  others: Readonly<Record<string, Buffer | NumericArray>>,
): Promise<Sample> {
  const program = grad(objective, { of: 'loss', withRespectTo: by });
  const inputs: Record<string, Buffer> = {};
  const gradients: Record<string, Buffer> = {};
  for (const name of by) {
    const type = program.values[program.inputs[name]!]!;
    inputs[name] = await samples.numbers(type);
    gradients[`gradient/${name}`] = await samples.zeros(type);
  }
  return samples.make(program, { ...inputs, ...others }, gradients);
}
