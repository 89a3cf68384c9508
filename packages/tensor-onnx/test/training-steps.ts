/** A few steps of AdamW on a decoder of one layer, each step one program that updates its parameters in place. */
import {
  adamW,
  add,
  attention,
  attentionMask,
  type Backend,
  type Buffer,
  f32,
  gather,
  grad,
  headCrossEntropy,
  i32,
  linear,
  mul,
  replay,
  reshape,
  rmsNorm,
  silu,
  type Tensor,
  type TensorType,
  trace,
  transpose,
} from '@sftkit/tensor';

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

const batch = {
  ids: Int32Array.from({ length: T }, (_, i) => (i * 37) % V),
  positions: Int32Array.from({ length: T }, (_, i) => i % 40),
  segments: Int32Array.from({ length: T }, (_, i) => Math.floor(i / 40)),
  labels: Int32Array.from({ length: T }, (_, i) => ((i + 1) * 37) % V),
  weights: Float32Array.from({ length: T }, (_, i) => (i % 3 === 0 ? 0 : 1 / T)),
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

const stepTypes: Readonly<Record<string, TensorType>> = { ...stateTypes, ...batchTypes, scalars: f32(4) };

const step = trace(stepTypes, (x) => {
  const gradients = grad(forward, { of: 'loss', withRespectTo: names });
  const inputs = [...names, ...Object.keys(batchTypes)].map((name) => [name, x[name]!] as const);
  const { loss, ...outputs } = replay(gradients, Object.fromEntries(inputs));
  const updated = names.flatMap((name) => {
    const next = adamW(x[name]!, outputs[`gradient/${name}`]!, x[`m/${name}`]!, x[`v/${name}`]!, x.scalars!);
    return [
      [name, next.parameter],
      [`m/${name}`, next.m],
      [`v/${name}`, next.v],
    ] as const;
  });
  return { loss: loss!, ...Object.fromEntries(updated) };
});

/** Repeatable numbers in [-0.3, 0.3), for the scales of the norms in [0.7, 1.3). */
function initial({ shape }: TensorType, seed: number): Float32Array {
  const size = shape.reduce((product, length) => product * length, 1);
  const centre = shape.length === 1 ? 1 : 0;
  return Float32Array.from(
    { length: size },
    (_, i) => centre + 0.6 * (((i * 7919 + seed * 104_729) % 1009) / 1009 - 0.5),
  );
}

/** The loss before each step, from fixed parameters on one batch. */
export async function trainingSteps(backend: Backend): Promise<number[]> {
  const executable = await backend.compile(step);
  const state: Record<string, Buffer> = {};
  for (const [name, type] of Object.entries(stateTypes)) {
    state[name] = await backend.buffer(type);
  }
  for (const [i, name] of names.entries()) {
    await state[name]!.write(initial(parameterTypes[name], i + 1));
  }
  const losses: number[] = [];
  for (let n = 1; n <= STEPS; n++) {
    const scalars = Float32Array.of(1e-2, 1, 1 - 0.9 ** n, 1 - 0.999 ** n);
    const { loss } = await executable.run({ ...state, ...batch, scalars }, state);
    losses.push((await loss!.read())[0]!);
  }
  executable.dispose();
  return losses;
}
