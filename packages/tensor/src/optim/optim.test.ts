/** Optimizers against the algorithms of PyTorch's documentation, written out in float64. */
import { describe, expect, test } from 'vitest';
import type { Backend } from '../backend.js';
import { gpuBackend } from '../gpu/gpu-backend.js';
import { init, initialValues } from '../nn/init.js';
import { linear } from '../nn/linear.js';
import { mse } from '../nn/mse.js';
import { mul } from '../ops/mul.js';
import { relu } from '../ops/relu.js';
import { sum } from '../ops/sum.js';
import { referenceBackend } from '../reference/reference-backend.js';
import { TensorError } from '../tensor-error.js';
import { constant, f32 } from '../trace.js';
import { type AdamWOptions, type LearningRate, type Optimizer, optim, type SgdOptions } from './optim.js';
import { parameter, trainStep } from './train-step.js';

const start = [1, -2, 0.5];
const curvature = [1, 3, 0.25];

/** Parameters after some steps on sum(c * p^2), whose gradient is 2 c p. */
async function run(optimizer: Optimizer, steps: number): Promise<Float32Array> {
  const step = trainStep(
    {},
    { p: parameter([3], () => Float32Array.from(start)) },
    ({ p }) => sum(mul(constant(Float32Array.from(curvature), [3]), mul(p, p))),
    optimizer,
  );
  const state = await step.init(referenceBackend());
  for (let t = 0; t < steps; t++) await state.run({});
  const { p } = await state.parameters();
  state.dispose();
  return p;
}

const rate = (learningRate: LearningRate, t: number) =>
  typeof learningRate === 'number' ? learningRate : learningRate(t);

/** torch.optim.SGD, dampening 0. */
function sgd(
  p: number,
  c: number,
  { learningRate = 1e-3, momentum = 0, nesterov = false, weightDecay = 0 }: SgdOptions,
  steps: number,
) {
  let b = 0;
  for (let t = 1; t <= steps; t++) {
    let g = 2 * c * p + weightDecay * p;
    if (momentum !== 0) {
      b = t === 1 ? g : momentum * b + g;
      g = nesterov ? g + momentum * b : b;
    }
    p -= rate(learningRate, t) * g;
  }
  return p;
}

/** torch.optim.AdamW. */
function adamW(
  p: number,
  c: number,
  { learningRate = 1e-3, betas: [b1, b2] = [0.9, 0.999], epsilon = 1e-8, weightDecay = 0.01 }: AdamWOptions,
  steps: number,
) {
  let [m, v] = [0, 0];
  for (let t = 1; t <= steps; t++) {
    const g = 2 * c * p;
    p -= rate(learningRate, t) * weightDecay * p;
    m = b1 * m + (1 - b1) * g;
    v = b2 * v + (1 - b2) * g * g;
    p -= (rate(learningRate, t) * (m / (1 - b1 ** t))) / (Math.sqrt(v / (1 - b2 ** t)) + epsilon);
  }
  return p;
}

describe('seven steps', () => {
  test.each<SgdOptions>([
    {},
    { learningRate: 0.1 },
    { learningRate: 0.05, momentum: 0.9 },
    { learningRate: 0.05, momentum: 0.9, nesterov: true, weightDecay: 0.1 },
    { learningRate: (t) => 0.1 / t, weightDecay: 0.5 },
  ])('of sgd %j', async (options) => {
    const p = await run(optim.sgd(options), 7);
    for (const [i, value] of p.entries()) {
      expect(value).toBeCloseTo(sgd(start[i]!, curvature[i]!, options, 7), 6);
    }
  });

  test.each<AdamWOptions>([
    {},
    { learningRate: 0.1, weightDecay: 0 },
    { learningRate: (t) => 0.2 / t, betas: [0.8, 0.95], epsilon: 1e-3, weightDecay: 0.3 },
  ])('of adamW %j', async (options) => {
    const p = await run(optim.adamW(options), 7);
    for (const [i, value] of p.entries()) {
      expect(value).toBeCloseTo(adamW(start[i]!, curvature[i]!, options, 7), 6);
    }
  });
});

describe('a small network', () => {
  const parameters = {
    w1: parameter([32, 1], init.kaimingUniform()),
    b1: parameter([32], init.uniform({ low: -1, high: 1 })),
    w2: parameter([1, 32], init.xavierUniform()),
    b2: parameter([1], init.zeros),
  };
  const x = Float32Array.from({ length: 64 }, (_, i) => i / 32 - 1);
  const y = x.map((value) => Math.sin(3 * value));

  async function losses(backend: Backend, optimizer: Optimizer, steps: number, seed = 0) {
    const step = trainStep(
      { x: f32(64, 1), y: f32(64, 1) },
      parameters,
      (p, input) => mse(linear(relu(linear(input.x, p.w1, p.b1)), p.w2, p.b2), input.y),
      optimizer,
    );
    const state = await step.init(backend, { seed });
    const all: number[] = [];
    for (let t = 0; t < steps; t++) all.push(await state.run({ x, y }));
    state.dispose();
    return all;
  }

  test.each([
    ['adamW', optim.adamW({ learningRate: 0.02 }), 400],
    ['sgd', optim.sgd({ learningRate: 0.1, momentum: 0.9 }), 800],
  ] as const)('learns sin(3 x) with %s', async (_, optimizer, steps) => {
    const all = await losses(referenceBackend(), optimizer, steps);
    expect(all[0]).toBeGreaterThan(0.3);
    expect(all.at(-1)).toBeLessThan(0.05);
  });

  test('has the same losses on every backend, and other ones with another seed', async () => {
    const exact = await losses(referenceBackend(), optim.adamW({ learningRate: 0.02 }), 20);
    const backend = await gpuBackend({ mode: 'cpu' });
    const single = await losses(backend, optim.adamW({ learningRate: 0.02 }), 20);
    await backend.dispose();
    // Float32 against float64: errors of 1e-7 that twenty steps carry on.
    for (const [t, loss] of single.entries()) expect(Math.abs(loss / exact[t]! - 1)).toBeLessThan(1e-4);
    expect(await losses(referenceBackend(), optim.adamW({ learningRate: 0.02 }), 2)).toEqual(
      exact.slice(0, 2),
    );
    expect((await losses(referenceBackend(), optim.adamW(), 1, 1))[0]).not.toBe(exact[0]);
  });

  test('a missing input, a wrong one, and a loss that is no scalar are errors that name them', async () => {
    const step = trainStep(
      { x: f32(2) },
      { w: parameter([2], init.ones) },
      (p, { x }) => sum(mul(p.w, x)),
      optim.sgd(),
    );
    const state = await step.init(referenceBackend());
    await expect(state.run({} as never)).rejects.toThrow(/input\/x/);
    await expect(state.run({ x: new Float32Array(3) })).rejects.toThrow(/input\/x/);
    expect(() => trainStep({}, { w: parameter([2], init.ones) }, ({ w }) => w, optim.sgd())).toThrow(
      'expected output "loss" to be an f32 scalar',
    );
  });
});

describe('initialization', () => {
  const draw = (
    initializer: Parameters<typeof initialValues>[0],
    shape: readonly number[],
    seed = 3,
    stream = 0,
  ) => initialValues(initializer, shape, { seed, stream });

  test('normal: mean, deviation and tails of 200,000 draws', () => {
    const values = draw(init.normal({ std: 2 }), [200_000]);
    const mean = values.reduce((total, value) => total + value, 0) / values.length;
    const variance = values.reduce((total, value) => total + (value - mean) ** 2, 0) / values.length;
    // Five standard errors: 2 / sqrt(n) of the mean, 4 sqrt(2 / n) of the variance.
    expect(Math.abs(mean)).toBeLessThan((5 * 2) / Math.sqrt(values.length));
    expect(Math.abs(variance - 4)).toBeLessThan(5 * 4 * Math.sqrt(2 / values.length));
    const beyond = values.filter((value) => Math.abs(value) > 6).length; // 3 deviations: 0.27 %
    expect(beyond).toBeGreaterThan(540 - 5 * Math.sqrt(540));
    expect(beyond).toBeLessThan(540 + 5 * Math.sqrt(540));
  });

  test.each([
    ['kaimingUniform', init.kaimingUniform(), Math.sqrt(6 / 12)],
    ['kaimingUniform with gain 1', init.kaimingUniform({ gain: 1 }), Math.sqrt(3 / 12)],
    ['xavierUniform', init.xavierUniform(), Math.sqrt(6 / (12 + 15))],
  ] as const)('%s of (5, 4, 3) fills its bound', (_, initializer, bound) => {
    const values = Array.from({ length: 50 }, (_, stream) => [
      ...draw(initializer, [5, 4, 3], 3, stream),
    ]).flat();
    expect(Math.max(...values)).toBeLessThanOrEqual(bound);
    expect(Math.max(...values)).toBeGreaterThan(0.99 * bound);
    expect(Math.min(...values)).toBeLessThan(-0.99 * bound);
  });

  test('a number depends on seed, stream and element alone', () => {
    const long = draw(init.uniform(), [100]);
    expect(draw(init.uniform(), [10])).toEqual(long.slice(0, 10));
    expect(draw(init.uniform(), [10], 4)).not.toEqual(long.slice(0, 10));
    expect(draw(init.uniform(), [10], 3, 1)).not.toEqual(long.slice(0, 10));
  });

  test('a bias has no fan-in', () => {
    expect(() => draw(init.kaimingUniform(), [4])).toThrow(TensorError);
    expect(() => draw(init.kaimingUniform(), [4])).toThrow(
      /init.kaimingUniform: expected a weight of two axes/,
    );
  });
});
