/** A few steps of AdamW on a decoder of one layer, whose sizes lie beside the tiles of a matrix product. */
import type { Backend, Buffer } from '../src/backend.js';
import { floats } from '../src/conformance/conformance-case.js';
import { grad } from '../src/grad.js';
import { linear } from '../src/nn/linear.js';
import { adamW } from '../src/ops/adam-w.js';
import { add } from '../src/ops/add.js';
import { attention } from '../src/ops/attention.js';
import { attentionMask } from '../src/ops/attention-mask.js';
import { gather } from '../src/ops/gather.js';
import { headCrossEntropy } from '../src/ops/head-cross-entropy.js';
import { mul } from '../src/ops/mul.js';
import { reshape } from '../src/ops/reshape.js';
import { rmsNorm } from '../src/ops/rms-norm.js';
import { silu } from '../src/ops/silu.js';
import { transpose } from '../src/ops/transpose.js';
import { referenceBackend } from '../src/reference/reference-backend.js';
import { f32, i32, type Tensor, trace } from '../src/trace.js';
import type { TensorType } from '../src/types.js';

const [T, C, H, F, V] = [67, 36, 3, 70, 131];
const STEPS = 3;

const shapes = {
  embedding: [V, C],
  norm1: [C],
  wq: [C, C],
  wk: [C, C],
  wv: [C, C],
  wo: [C, C],
  norm2: [C],
  gate: [F, C],
  up: [F, C],
  down: [C, F],
} as const;
type Name = keyof typeof shapes;
const names = Object.keys(shapes) as Name[];

const parameterTypes = Object.fromEntries(names.map((name) => [name, f32(...shapes[name])])) as {
  readonly [K in Name]: TensorType;
};

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

const update = trace(
  Object.fromEntries([
    ...names.flatMap((name) =>
      ['', 'gradient/', 'm/', 'v/'].map((kind) => [kind + name, parameterTypes[name]]),
    ),
    ['scalars', f32(4)],
  ]) as Record<string, TensorType>,
  (x) =>
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

const batch = {
  ids: Int32Array.from({ length: T }, (_, i) => (i * 37) % V),
  positions: Int32Array.from({ length: T }, (_, i) => i % 40),
  segments: Int32Array.from({ length: T }, (_, i) => Math.floor(i / 40)),
  labels: Int32Array.from({ length: T }, (_, i) => ((i + 1) * 37) % V),
  weights: Float32Array.from({ length: T }, (_, i) => (i % 3 === 0 ? 0 : 1 / T)),
};

/**
 * The loss before each step, from fixed parameters on one batch. Everything but the batch and the loss stays on
 * the backend.
 * @param afterStep is awaited after each step
 */
export async function trainingSteps(backend: Backend, afterStep: () => void = () => {}): Promise<number[]> {
  const gradient = await backend.compile(grad(forward, { of: 'loss', withRespectTo: names }));
  const optimizer = await backend.compile(update);
  const state: Record<string, Buffer> = {};
  for (const [i, name] of names.entries()) {
    const [low, high] = shapes[name].length === 1 ? [0.5, 1.5] : [-0.3, 0.3];
    state[name] = await backend.buffer(parameterTypes[name], floats(shapes[name], 950 + i, low, high).data);
    state[`m/${name}`] = await backend.buffer(parameterTypes[name]);
    state[`v/${name}`] = await backend.buffer(parameterTypes[name]);
  }
  const parameters = Object.fromEntries(names.map((name) => [name, state[name]!]));
  const losses: number[] = [];
  for (let step = 1; step <= STEPS; step++) {
    const { loss, correct, ...gradients } = await gradient.run({ ...parameters, ...batch });
    losses.push((await loss!.read())[0]!);
    const scalars = Float32Array.of(1e-2, 1, 1 - 0.9 ** step, 1 - 0.999 ** step);
    await optimizer.run({ ...state, ...gradients, scalars }, state);
    for (const buffer of [loss!, correct!, ...Object.values(gradients)]) {
      buffer.dispose();
    }
    afterStep();
  }
  for (const resource of [gradient, optimizer, ...Object.values(state)]) {
    resource.dispose();
  }
  return losses;
}

/**
 * Compares the losses with the reference's.
 * @returns one line for each step that differs by more than 1e-4 of the loss: float32 through some hundred
 *   operations, and AdamW, which makes a whole step of a gradient that is nearly 0
 */
export async function trainingCheck(backend: Backend): Promise<string[]> {
  const expected = await trainingSteps(referenceBackend());
  const actual = await trainingSteps(backend);
  const failures = expected.flatMap((loss, i) =>
    Math.abs(loss - actual[i]!) <= 1e-4 * loss
      ? []
      : [`step ${i + 1}: expected a loss of ${loss}, got ${actual[i]}`],
  );
  return expected.at(-1)! < expected[0]! ? failures : [...failures, `the loss does not fall: ${expected}`];
}
