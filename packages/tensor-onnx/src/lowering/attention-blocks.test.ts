import {
  attention,
  attentionMask,
  f32,
  grad,
  i32,
  mul,
  type Program,
  referenceBackend,
  sum,
  trace,
} from '@sftkit/tensor';
import { expect, test } from 'vitest';
import { inferTypes } from '../memory/infer-types.js';
import { onnxBackend } from '../onnx-backend.node.js';
import { lowerProgram } from './lower-program.js';

/** Two rows of 300 tokens, three blocks of queries; segments end inside blocks, and the last tokens are padding. */
const [B, H, K, T] = [2, 4, 2, 300];
const BORDERS = [0, 70, 200, 290];

function program(
  { causal, reach }: { readonly causal: boolean; readonly reach?: number | undefined },
  window: number | undefined,
  D: number,
): Program {
  const types = {
    q: f32(B, H, T, D),
    k: f32(B, K, T, D),
    v: f32(B, K, T, D),
    factor: f32(B, H, T, D),
    segments: i32(B, T),
    positions: i32(B, T),
  };
  const forward = trace(types, ({ q, k, v, factor, segments, positions }) => {
    const mask = attentionMask(segments, segments, positions, positions, { window });
    const y = mul(attention(q, k, v, mask, { causal, reach }), factor);
    return { loss: [3, 2, 1, 0].reduce((rest, axis) => sum(rest, axis), y), y };
  });
  return grad(forward, { of: 'loss', withRespectTo: ['q', 'k', 'v'] });
}

function inputs(D: number) {
  const noise = (length: number, seed: number) =>
    Float32Array.from({ length }, (_, i) => Math.sin(12.9898 * (i + 1) * seed) * 1.5);
  const segmentOf = (t: number) => (t >= BORDERS.at(-1)! ? -1 : BORDERS.findLastIndex((start) => start <= t));
  const everyToken = (of: (t: number) => number) => Int32Array.from({ length: B * T }, (_, i) => of(i % T));
  return {
    q: noise(B * H * T * D, 1),
    k: noise(B * K * T * D, 2),
    v: noise(B * K * T * D, 3),
    factor: noise(B * H * T * D, 4),
    segments: everyToken(segmentOf),
    positions: everyToken((t) => t - (BORDERS[segmentOf(t)] ?? T)),
  };
}

test.each([
  { window: undefined, D: 6 },
  { window: undefined, D: 33 },
  { window: 50, D: 6, reach: 50 },
  { window: undefined, D: 6, reach: 130 }, // the longest segment
])(
  'blocks of queries give what all scores at once give: window $window, depth $D, reach $reach',
  async ({ window, D, reach }) => {
    const [onnx, reference] = [await onnxBackend({ threads: 2 }), referenceBackend()];
    const expected = await (await reference.compile(program({ causal: false }, window, D))).run(inputs(D));
    const found = await (await onnx.compile(program({ causal: true, reach }, window, D))).run(inputs(D));
    const used = inputs(D).segments.map((segment) => Number(segment >= 0));
    for (const name of ['y', 'gradient/q', 'gradient/k', 'gradient/v']) {
      const [want, have] = [await expected[name]!.read(), await found[name]!.read()];
      const largest = Math.max(...want.map(Math.abs));
      for (const [i, value] of want.entries()) {
        const token = Math.floor(i / D) % T;
        if (used[token] === 1) {
          // Float32 sums of up to 300 terms.
          expect(Math.abs(have[i]! - value) / largest, `${name}[${i}]`).toBeLessThan(2e-5);
        }
      }
    }
  },
);

test('queries come in blocks; narrow and small weights are kept for the gradient, others computed again', () => {
  const softmaxes = (causal: boolean, depth: number) => {
    const { model } = lowerProgram(program({ causal }, undefined, depth));
    return model.nodes.filter(({ opType }) => opType === 'Softmax').length;
  };
  expect(softmaxes(false, 6)).toBe(1);
  expect(softmaxes(true, 6)).toBe(3);
  expect(softmaxes(true, 64)).toBe(6);
});

test('keys after a block, and further back than the reach, are in no product', () => {
  const widths = (reach?: number) => {
    const { model } = lowerProgram(program({ causal: true, reach }, undefined, 6));
    const types = inferTypes(model, model.nodes.toReversed());
    const softmaxes = model.nodes.filter(({ opType }) => opType === 'Softmax');
    return softmaxes
      .map(({ outputs: [weights] }) => types.get(weights!)!.shape.at(-1)!)
      .sort((a, b) => a - b);
  };
  expect(widths()).toEqual([128, 256, 300]);
  expect(widths(50)).toEqual([128, 300 - 128, 256]);
});
