/**
 * A contestant (see `contestant.ts`): the same step in TensorFlow.js on its WebAssembly backend.
 * usage: tfjs-step.ts TASK
 *
 * The binary with SIMD, one thread. The one with threads does not load in Node (ERR_WORKER_PATH of a blob URL), and in
 * an isolated page of Chromium, where it does, it counts one thread and multiplies no faster.
 */
import { createRequire } from 'node:module';
import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-wasm';
import { serveContestant } from './serve-contestant.js';
import { readStepInputs } from './step-inputs.js';

// Not part of what the package loads in Node; written for bundlers, so that only `require` under tsx finds its files.
createRequire(import.meta.url)('@tensorflow/tfjs-core/dist/register_all_gradients.js');

const inputs = await readStepInputs(process.argv[2]!);
const { task, config, supervisedTokens } = inputs;
const { numLayers, numHeads, numKvHeads, headWidth, normEpsilon, vocabSize } = config;
const length = task.inputIds.length;
await tf.setBackend('wasm');

// The gradient of gather is UnsortedSegmentSum, which this backend lacks: rows are taken by a product.
const oneHotIds = tf.oneHot(tf.tensor1d([...task.inputIds], 'int32'), vocabSize) as tf.Tensor2D;
const cos = tf.tensor2d(inputs.cos, [length, headWidth]);
const sin = tf.tensor2d(inputs.sin, [length, headWidth]);
const mask = tf.tensor2d(inputs.mask, [length, length]);
const targets = tf.tensor2d(inputs.targets, [length, vocabSize]);
const parameters = inputs.parameters.map(({ name, shape, decay, data }) => {
  const zeros = () => tf.variable(tf.zeros([...shape]), false);
  return { name, decay, w: tf.variable(tf.tensor(data, [...shape]), true, name), m: zeros(), v: zeros() };
});
const weights = new Map(parameters.map(({ name, w }) => [name, w]));
let steps = 0;

/** x (T, in) times the transpose of w (out, in) */
function linear(x: tf.Tensor, w: tf.Tensor): tf.Tensor {
  return tf.matMul(x, w, false, true);
}

function rmsNorm(x: tf.Tensor, weight: tf.Tensor): tf.Tensor {
  const square = tf.mean(tf.square(x), -1, true);
  return tf.mul(tf.mul(x, tf.rsqrt(tf.add(square, normEpsilon))), weight);
}

/** (T, heads * D) -> (heads, T, D) */
function split(x: tf.Tensor, heads: number): tf.Tensor {
  return tf.transpose(tf.reshape(x, [length, heads, headWidth]), [1, 0, 2]);
}

/** x (heads, T, D) */
function rotate(x: tf.Tensor): tf.Tensor {
  const [a, b] = tf.split(x, 2, -1) as [tf.Tensor, tf.Tensor];
  return tf.add(tf.mul(x, cos), tf.mul(tf.concat([tf.neg(b), a], -1), sin));
}

/** (K, T, D) -> (H, T, D) each key-value head for its neighbouring query heads */
function shared(x: tf.Tensor): tf.Tensor {
  const group = numHeads / numKvHeads;
  const repeated = tf.tile(tf.reshape(x, [numKvHeads, 1, length, headWidth]), [1, group, 1, 1]);
  return tf.reshape(repeated, [numHeads, length, headWidth]);
}

/** Nats per supervised token; logits of all tokens. */
function lossOf(): tf.Scalar {
  const embedding = weights.get('model.embed_tokens.weight')!;
  let x: tf.Tensor = tf.matMul(oneHotIds, embedding as tf.Tensor2D); // (T, C)
  for (let layer = 0; layer < numLayers; layer++) {
    const weight = (name: string) => weights.get(`model.layers.${layer}.${name}.weight`)!;
    const y = rmsNorm(x, weight('input_layernorm'));
    const q = rotate(split(linear(y, weight('self_attn.q_proj')), numHeads));
    const k = rotate(split(linear(y, weight('self_attn.k_proj')), numKvHeads));
    const v = split(linear(y, weight('self_attn.v_proj')), numKvHeads);
    const scores = tf.mul(tf.matMul(q, shared(k), false, true), headWidth ** -0.5); // (H, T, T)
    const mixed = tf.matMul(tf.softmax(tf.add(scores, mask)), shared(v));
    const joined = tf.reshape(tf.transpose(mixed, [1, 0, 2]), [length, numHeads * headWidth]);
    x = tf.add(x, linear(joined, weight('self_attn.o_proj')));
    const z = rmsNorm(x, weight('post_attention_layernorm'));
    const gate = linear(z, weight('mlp.gate_proj'));
    const gated = tf.mul(tf.mul(gate, tf.sigmoid(gate)), linear(z, weight('mlp.up_proj')));
    x = tf.add(x, linear(gated, weight('mlp.down_proj')));
  }
  const logits = linear(rmsNorm(x, weights.get('model.norm.weight')!), embedding); // (T, V)
  return tf.div(tf.sum(tf.mul(tf.logSoftmax(logits), targets)), -supervisedTokens);
}

/** Clips, and updates weights and moments in place. */
function update(gradients: tf.NamedTensorMap): void {
  const squares = Object.values(gradients).map((each) => tf.sum(tf.square(each)));
  const scale = tf.minimum(tf.div(task.clip, tf.add(tf.sqrt(tf.addN(squares)), 1e-6)), 1);
  const [first, second] = task.betas;
  for (const { name, decay, w, m, v } of parameters) {
    const gradient = tf.mul(gradients[name]!, scale);
    m.assign(tf.add(tf.mul(m, first), tf.mul(gradient, 1 - first)));
    v.assign(tf.add(tf.mul(v, second), tf.mul(tf.square(gradient), 1 - second)));
    const spread = tf.add(tf.sqrt(tf.div(v, 1 - second ** steps)), task.epsilon);
    const move = tf.div(tf.div(m, 1 - first ** steps), spread);
    const kept = tf.mul(w, 1 - task.learningRate * (decay ? task.weightDecay : 0));
    w.assign(tf.sub(kept, tf.mul(move, task.learningRate)));
  }
}

await serveContestant({
  description: `TensorFlow.js ${tf.version_core}, WebAssembly with SIMD, 1 thread`,
  async step() {
    steps++;
    const loss = tf.tidy(() => {
      const { value, grads } = tf.variableGrads(lossOf);
      update(grads);
      return value;
    });
    const [nats] = await loss.data();
    loss.dispose();
    return nats!;
  },
  async product(rows, inner, columns) {
    const x = tf.ones<tf.Rank.R2>([rows, inner]);
    const w = tf.ones<tf.Rank.R2>([inner, columns]);
    return {
      // Done when it returns: this backend computes in the calling thread.
      multiply: async () => tf.dispose(tf.matMul(x, w)),
      dispose: () => tf.dispose([x, w]),
    };
  },
});
