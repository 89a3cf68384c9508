/**
 * A contestant (see `contestant.ts`): the same step in jax-js, one jitted function on its WebAssembly device.
 * usage: jax-step.ts TASK
 *
 * jax-js spreads its kernels over Web Workers where there is a global `Worker`. Node has none; with ours its matrix
 * product is nearly twice as fast. Its arrays are reference counted: what is used again is named with `.ref`.
 */
import './install-worker.js';
import { availableParallelism } from 'node:os';

import { init, jit, nn, numpy as np, valueAndGrad } from '@jax-js/jax';
import { serveContestant } from './serve-contestant.js';
import { readStepInputs } from './step-inputs.js';

type Tensors = Record<string, np.Array>;
/** Weights, the two moments, and what changes with the step alone. */
type State = { w: Tensors; m: Tensors; v: Tensors; corrections: np.Array };

const { task, config, parameters, cos, sin, mask, targets, supervisedTokens } = await readStepInputs(
  process.argv[2]!,
);
await init('wasm');

const { numLayers, numHeads, numKvHeads, headWidth, normEpsilon, vocabSize } = config;
const length = task.inputIds.length;
const constants = {
  ids: np.array(Int32Array.from(task.inputIds)),
  cos: np.array(cos).reshape([length, headWidth]),
  sin: np.array(sin).reshape([length, headWidth]),
  mask: np.array(mask).reshape([length, length]),
  targets: np.array(targets).reshape([length, vocabSize]),
};
const zeros = () =>
  Object.fromEntries(parameters.map(({ name, shape }) => [name, np.zeros([...shape])])) as Tensors;
let state = {
  w: Object.fromEntries(
    parameters.map(({ name, shape, data }) => [name, np.array(data).reshape([...shape])]),
  ) as Tensors,
  m: zeros(),
  v: zeros(),
};
let steps = 0;

/** x (..., in) times the transpose of w (out, in) */
function linear(x: np.Array, w: np.Array): np.Array {
  return np.matmul(x, w.transpose());
}

function rmsNorm(x: np.Array, weight: np.Array): np.Array {
  const square = np.square(x.ref).mean(-1, { keepdims: true });
  return x.div(np.sqrt(square.add(normEpsilon))).mul(weight);
}

/** (T, heads * D) -> (heads, T, D) */
function split(x: np.Array, heads: number): np.Array {
  return x.reshape([length, heads, headWidth]).transpose([1, 0, 2]);
}

/** x (heads, T, D) */
function rotate(x: np.Array): np.Array {
  const [a, b] = np.split(x.ref, 2, -1) as [np.Array, np.Array];
  return x.mul(constants.cos.ref).add(np.concatenate([b.neg(), a], -1).mul(constants.sin.ref));
}

/** Nats per supervised token; logits of all tokens. Takes the weights over. */
function lossOf(w: Tensors): np.Array {
  const embedding = w['model.embed_tokens.weight']!;
  let x = np.take(embedding.ref, constants.ids.ref, 0); // (T, C)
  for (let layer = 0; layer < numLayers; layer++) {
    const weight = (name: string) => w[`model.layers.${layer}.${name}.weight`]!;
    const y = rmsNorm(x.ref, weight('input_layernorm'));
    const q = rotate(split(linear(y.ref, weight('self_attn.q_proj')), numHeads));
    const k = rotate(split(linear(y.ref, weight('self_attn.k_proj')), numKvHeads));
    const v = split(linear(y, weight('self_attn.v_proj')), numKvHeads);
    const shared = (each: np.Array) => np.repeat(each, numHeads / numKvHeads, 0);
    const scores = np.matmul(q, shared(k).transpose([0, 2, 1])).mul(headWidth ** -0.5); // (H, T, T)
    const mixed = np.matmul(nn.softmax(scores.add(constants.mask.ref), -1), shared(v));
    const joined = mixed.transpose([1, 0, 2]).reshape([length, numHeads * headWidth]);
    x = x.add(linear(joined, weight('self_attn.o_proj')));
    const z = rmsNorm(x.ref, weight('post_attention_layernorm'));
    const gated = nn.silu(linear(z.ref, weight('mlp.gate_proj'))).mul(linear(z, weight('mlp.up_proj')));
    x = x.add(linear(gated, weight('mlp.down_proj')));
  }
  const logits = linear(rmsNorm(x, w['model.norm.weight']!), embedding); // (T, V)
  return nn.logSoftmax(logits, -1).mul(constants.targets.ref).sum().div(-supervisedTokens);
}

const update = jit(({ w, m, v, corrections }: State) => {
  const refs = Object.fromEntries(Object.entries(w).map(([name, each]) => [name, each.ref]));
  const [loss, gradients] = valueAndGrad(lossOf)(refs) as [np.Array, Tensors];
  const norm = np.sqrt(
    Object.values(gradients)
      .map((each) => np.square(each.ref).sum())
      .reduce((sum, each) => sum.add(each)),
  );
  const scale = np.minimum(np.array(task.clip).div(norm.add(1e-6)), 1);
  const [first, second] = task.betas;
  const next: { w: Tensors; m: Tensors; v: Tensors } = { w: {}, m: {}, v: {} };
  for (const { name, decay } of parameters) {
    const gradient = gradients[name]!.mul(scale.ref);
    const mean = m[name]!.mul(first).add(gradient.ref.mul(1 - first));
    const square = v[name]!.mul(second).add(np.square(gradient).mul(1 - second));
    const [one, two] = np.split(corrections.ref, 2) as [np.Array, np.Array];
    const move = mean.ref.div(one).div(np.sqrt(square.ref.div(two)).add(task.epsilon));
    const kept = w[name]!.mul(1 - task.learningRate * (decay ? task.weightDecay : 0));
    next.w[name] = kept.sub(move.mul(task.learningRate));
    next.m[name] = mean;
    next.v[name] = square;
  }
  scale.dispose();
  corrections.dispose();
  return { ...next, loss };
});

await serveContestant({
  description: `jax-js 0.1.25, WebAssembly with SIMD, ${availableParallelism()} threads`,
  async step() {
    steps++;
    const corrections = np.array(task.betas.map((beta) => 1 - beta ** steps));
    const { loss, ...next } = update({ ...state, corrections });
    state = next;
    await Promise.all(Object.values(next.w).map((each) => each.blockUntilReady()));
    return (await loss.data())[0]!;
  },
  async product(rows, inner, columns) {
    const x = np.ones([rows, inner]);
    const w = np.ones([inner, columns]);
    return {
      async multiply() {
        const y = await np.matmul(x.ref, w.ref).blockUntilReady();
        y.dispose();
      },
      dispose() {
        x.dispose();
        w.dispose();
      },
    };
  },
});
