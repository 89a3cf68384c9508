/**
 * A few steps of AdamW on a decoder of one layer, whose sizes lie beside the tiles of a matrix product. Everything but
 * the batch and the loss stays on the backend.
 */
import type { Backend, Buffer } from '../backend.js';
import { grad } from '../grad.js';
import { linear } from '../nn/linear.js';
import { adamW } from '../ops/adam-w.js';
import { add } from '../ops/add.js';
import { attention } from '../ops/attention.js';
import { attentionMask } from '../ops/attention-mask.js';
import { gather } from '../ops/gather.js';
import { headCrossEntropy } from '../ops/head-cross-entropy.js';
import { mul } from '../ops/mul.js';
import { reshape } from '../ops/reshape.js';
import { rmsNorm } from '../ops/rms-norm.js';
import { silu } from '../ops/silu.js';
import { transpose } from '../ops/transpose.js';
import { referenceBackend } from '../reference/reference-backend.js';
import { replay } from '../replay.js';
import { f32, i32, type Tensor, trace } from '../trace.js';
import type { TensorType } from '../types.js';
import { floats } from './conformance-case.js';

const [T, C, H, F, V] = [67, 36, 3, 70, 131];
const STEPS = 3;

const parameterTypes = {
  embedding: f32(V, C),
  norm1: f32(C),
  wq: f32(C, C),
  wk: f32(C, C),
  wv: f32(C, C),
  wo: f32(C, C),
  norm2: f32(C),
  gate: f32(F, C),
  up: f32(F, C),
  down: f32(C, F),
};
const names = Object.keys(parameterTypes) as (keyof typeof parameterTypes)[];

const batchTypes = {
  ids: i32(1, T),
  positions: i32(1, T),
  segments: i32(1, T),
  labels: i32(T),
  weights: f32(T),
};

const forward = trace({ ...parameterTypes, ...batchTypes }, (p) => {
  const heads = (x: Tensor) => transpose(reshape(x, [1, T, H, C / H]), [0, 2, 1, 3]); // (1, H, T, D)
  let x = gather(p.embedding, p.ids); // (1, T, C)
  const n1 = rmsNorm(x, p.norm1);
  const [q, k, v] = [p.wq, p.wk, p.wv].map((weight) => heads(linear(n1, weight)));
  const mask = attentionMask(p.segments, p.segments, p.positions, p.positions);
  const mixed = transpose(attention(q!, k!, v!, mask), [0, 2, 1, 3]); // (1, T, H, D)
  x = add(x, linear(reshape(mixed, [1, T, C]), p.wo));
  const n2 = rmsNorm(x, p.norm2);
  x = add(x, linear(mul(silu(linear(n2, p.gate)), linear(n2, p.up)), p.down));
  return headCrossEntropy(reshape(x, [T, C]), p.embedding, p.labels, p.weights, { chunkRows: 40 });
});

/** `embedding`, `m/embedding` and `v/embedding`, and so on. */
const stateTypes: Readonly<Record<string, TensorType>> = Object.fromEntries(
  names.flatMap((name) => ['', 'm/', 'v/'].map((kind) => [kind + name, parameterTypes[name]])),
);
const gradientTypes = Object.fromEntries(names.map((name) => [`gradient/${name}`, parameterTypes[name]]));
const scalarTypes: Readonly<Record<string, TensorType>> = { scalars: f32(4) };

const gradientProgram = grad(forward, { of: 'loss', withRespectTo: names });

const updateProgram = trace({ ...stateTypes, ...gradientTypes, ...scalarTypes }, (x) =>
  Object.fromEntries(
    names.flatMap((name) => {
      const next = adamW(x[name]!, x[`gradient/${name}`]!, x[`m/${name}`]!, x[`v/${name}`]!, x.scalars!);
      return [
        [name, next.parameter],
        [`m/${name}`, next.m],
        [`v/${name}`, next.v],
      ];
    }),
  ),
);

/** Both in one. */
const stepProgram = trace({ ...stateTypes, ...batchTypes, ...scalarTypes }, (x) => {
  const { loss, correct, ...gradients } = replay(gradientProgram, x);
  return { loss: loss!, correct: correct!, ...replay(updateProgram, { ...x, ...gradients }) };
});

const batch = {
  ids: Int32Array.from({ length: T }, (_, i) => (i * 37) % V),
  positions: Int32Array.from({ length: T }, (_, i) => i % 40),
  segments: Int32Array.from({ length: T }, (_, i) => Math.floor(i / 40)),
  labels: Int32Array.from({ length: T }, (_, i) => ((i + 1) * 37) % V),
  weights: Float32Array.from({ length: T }, (_, i) => (i % 3 === 0 ? 0 : 1 / T)),
};

export interface TrainingStepsOptions {
  /** A step is one program that updates its state in place; when false two, the first of which hands over gradients. */
  readonly isOneProgram?: boolean;
  /** Called after each step. */
  readonly afterStep?: () => void;
}

/** The loss before each step, from fixed parameters on one batch. */
export async function trainingSteps(
  backend: Backend,
  { isOneProgram = false, afterStep = () => {} }: TrainingStepsOptions = {},
): Promise<number[]> {
  const first = await backend.compile(isOneProgram ? stepProgram : gradientProgram);
  const second = isOneProgram ? undefined : await backend.compile(updateProgram);
  const state: Record<string, Buffer> = {};
  for (const [name, type] of Object.entries(stateTypes)) {
    state[name] = await backend.buffer(type);
  }
  for (const [i, name] of names.entries()) {
    const { shape } = parameterTypes[name];
    const [low, high] = shape.length === 1 ? [0.5, 1.5] : [-0.3, 0.3];
    await state[name]!.write(floats(shape, 950 + i, low, high).data);
  }
  const parameters = Object.fromEntries(names.map((name) => [name, state[name]!]));
  const losses: number[] = [];
  for (let step = 1; step <= STEPS; step++) {
    const scalars = Float32Array.of(1e-2, 1, 1 - 0.9 ** step, 1 - 0.999 ** step);
    const { loss, correct, ...gradients } = isOneProgram
      ? await first.run({ ...state, ...batch, scalars }, state)
      : await first.run({ ...parameters, ...batch });
    losses.push((await loss!.read())[0]!);
    await second?.run({ ...state, ...gradients, scalars }, state);
    // A backend may return the state, too, where it was told to write it.
    for (const buffer of [loss!, correct!, ...(isOneProgram ? [] : Object.values(gradients))]) {
      buffer.dispose();
    }
    afterStep();
  }
  for (const resource of [first, second, ...Object.values(state)]) {
    resource?.dispose();
  }
  return losses;
}

/**
 * Compares the losses with the reference's, for steps of one program and of two.
 * @returns one line for each step that differs by more than 1e-4 of the loss: float32 through some hundred
 *   operations, and AdamW, which makes a whole step of a gradient that is nearly 0
 */
export async function trainingCheck(backend: Backend): Promise<string[]> {
  const expected = await trainingSteps(referenceBackend());
  const failures = expected.at(-1)! < expected[0]! ? [] : [`the loss does not fall: ${expected}`];
  for (const isOneProgram of [false, true]) {
    const actual = await trainingSteps(backend, { isOneProgram });
    for (const [i, loss] of expected.entries()) {
      // Written so that NaN fails.
      if (!(Math.abs(actual[i]! - loss) <= 1e-4 * loss)) {
        const programs = isOneProgram ? 'one program' : 'two programs';
        failures.push(`step ${i + 1} of ${programs}: expected a loss of ${loss}, got ${actual[i]}`);
      }
    }
  }
  return failures;
}
