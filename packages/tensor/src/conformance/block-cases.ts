/** Whole small decoders of both kinds, from token ids to the loss, differentiated by every parameter. */

import { linear } from '../nn/linear.js';
import { rotaryTables } from '../nn/rotary-tables.js';
import { add } from '../ops/add.js';
import { attention } from '../ops/attention.js';
import { attentionMask } from '../ops/attention-mask.js';
import { dropout } from '../ops/dropout.js';
import { gather } from '../ops/gather.js';
import { gelu } from '../ops/gelu.js';
import { headCrossEntropy } from '../ops/head-cross-entropy.js';
import { layerNorm } from '../ops/layer-norm.js';
import { mul } from '../ops/mul.js';
import { reshape } from '../ops/reshape.js';
import { rmsNorm } from '../ops/rms-norm.js';
import { rotary } from '../ops/rotary.js';
import { silu } from '../ops/silu.js';
import { slice } from '../ops/slice.js';
import { transpose } from '../ops/transpose.js';
import { dropoutKey } from '../random/dropout-key.js';
import type { Tensor } from '../trace.js';
import { type ConformanceCase, defineCase, floats, integers, numbers } from './conformance-case.js';
import { COMPOSED } from './tolerances.js';

const [B, T, C, H, K, D, F, V] = [2, 6, 24, 4, 2, 6, 40, 19];

/** Rows of 4 + 2 and of 6 tokens; five positions are supervised, one row of the loss is padding. */
const batch = {
  ids: integers([B, T], [3, 1, 18, 0, 5, 7, 2, 2, 9, 11, 4, 6]),
  segments: integers([B, T], [0, 0, 0, 0, 1, 1, 0, 0, 0, 0, 0, 0]),
  positions: integers([B, T], [0, 1, 2, 3, 0, 1, 0, 1, 2, 3, 4, 5]),
  rows: integers([6], [1, 2, 4, 9, 10, 0]),
  labels: integers([6], [18, 0, 7, 4, 6, 0]),
  weights: numbers([6], [0.2, 0.2, 0.2, 0.2, 0.2, 0]),
};

const tables = rotaryTables({ maxPositions: 8, headWidth: D, theta: 10_000 });

/** (B, T, heads * D) -> (B, heads, T, D) */
function splitHeads(x: Tensor, heads: number): Tensor {
  return transpose(reshape(x, [B, T, heads, D]), [0, 2, 1, 3]);
}

/** (B, H, T, D) -> (B, T, H * D) */
function joinHeads(x: Tensor): Tensor {
  return reshape(transpose(x, [0, 2, 1, 3]), [B, T, H * D]);
}

const llama = defineCase({
  name: 'a Llama block with grouped heads and a tied head',
  inputs: {
    ...batch,
    cos: numbers([8, D / 2], tables.cos),
    sin: numbers([8, D / 2], tables.sin),
    embedding: floats([V, C], 900, -1, 1),
    norm1: floats([C], 901, 0.5, 1.5),
    wq: floats([H * D, C], 902, -0.3, 0.3),
    wk: floats([K * D, C], 903, -0.3, 0.3),
    wv: floats([K * D, C], 904, -0.3, 0.3),
    wo: floats([C, H * D], 905, -0.3, 0.3),
    norm2: floats([C], 906, 0.5, 1.5),
    gate: floats([F, C], 907, -0.3, 0.3),
    up: floats([F, C], 908, -0.3, 0.3),
    down: floats([C, F], 909, -0.3, 0.3),
    norm3: floats([C], 910, 0.5, 1.5),
  },
  body: (p) => {
    const mask = attentionMask(p.segments, p.segments, p.positions, p.positions);
    let x = gather(p.embedding, p.ids); // (B, T, C)
    const n1 = rmsNorm(x, p.norm1);
    const q = rotary(splitHeads(linear(n1, p.wq), H), p.positions, p.cos, p.sin);
    const k = rotary(splitHeads(linear(n1, p.wk), K), p.positions, p.cos, p.sin);
    const v = splitHeads(linear(n1, p.wv), K);
    x = add(x, linear(joinHeads(attention(q, k, v, mask)), p.wo));
    const n2 = rmsNorm(x, p.norm2);
    x = add(x, linear(mul(silu(linear(n2, p.gate)), linear(n2, p.up)), p.down));
    const hidden = gather(reshape(rmsNorm(x, p.norm3), [B * T, C]), p.rows); // (N, C)
    return headCrossEntropy(hidden, p.embedding, p.labels, p.weights, { chunkRows: 4 });
  },
  differentiate: ['embedding', 'norm1', 'wq', 'wk', 'wv', 'wo', 'norm2', 'gate', 'up', 'down', 'norm3'],
  tolerance: COMPOSED,
});

const gpt2 = defineCase({
  name: 'a GPT-2 block with dropout and an untied head',
  inputs: {
    ...batch,
    key: numbers([8, 2], dropoutKey(1, 2, 3)),
    embedding: floats([V, C], 920, -1, 1),
    places: floats([T, C], 921, -1, 1),
    norm1: floats([C], 922, 0.5, 1.5),
    bias1: floats([C], 923, -0.3, 0.3),
    wqkv: floats([3 * C, C], 924, -0.3, 0.3),
    bqkv: floats([3 * C], 925, -0.3, 0.3),
    wo: floats([C, C], 926, -0.3, 0.3),
    norm2: floats([C], 927, 0.5, 1.5),
    bias2: floats([C], 928, -0.3, 0.3),
    up: floats([F, C], 929, -0.3, 0.3),
    down: floats([C, F], 930, -0.3, 0.3),
    head: floats([V, C], 931, -0.5, 0.5),
  },
  body: (p) => {
    const mask = attentionMask(p.segments, p.segments, p.positions, p.positions);
    let x = add(gather(p.embedding, p.ids), gather(p.places, p.positions)); // (B, T, C)
    const qkv = linear(layerNorm(x, p.norm1, p.bias1), p.wqkv, p.bqkv); // (B, T, 3C)
    const [q, k, v] = [0, 1, 2].map((i) => splitHeads(slice(qkv, -1, i * C, (i + 1) * C), H));
    x = add(x, dropout(linear(joinHeads(attention(q!, k!, v!, mask)), p.wo), p.key, 0.2));
    const inner = gelu(linear(layerNorm(x, p.norm2, p.bias2), p.up), { approximate: 'tanh' });
    x = add(x, linear(inner, p.down));
    const hidden = gather(reshape(x, [B * T, C]), p.rows); // (N, C)
    return headCrossEntropy(hidden, p.head, p.labels, p.weights, { chunkRows: 4 });
  },
  differentiate: [
    'embedding',
    'places',
    'norm1',
    'bias1',
    'wqkv',
    'bqkv',
    'wo',
    'norm2',
    'bias2',
    'up',
    'down',
    'head',
  ],
  tolerance: COMPOSED,
});

export const blockCases: readonly ConformanceCase[] = [llama, gpt2];
