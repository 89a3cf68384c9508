import { type Backend, referenceBackend } from '@sftkit/tensor';
import { onnxBackend } from '@sftkit/tensor-onnx';
import { expect, test } from 'vitest';
import {
  NonFiniteError,
  type StepReport,
  Trainer,
  type TrainerOptions,
  type TrainingData,
} from '../src/index.js';
import { batchOf, sequences, tinyModel } from './tiny-model.js';

const options: TrainerOptions = { learningRate: () => 0.01, clip: 1, weightDecay: 0.1 };

async function trainer(
  { rows, length = 8, backend = referenceBackend() }: { rows: number; length?: number; backend?: Backend },
  more: Partial<TrainerOptions> = {},
): Promise<Trainer> {
  const { model, weights } = tinyModel();
  return Trainer.create(backend, model, weights, { rows, length, capacity: 32 }, { ...options, ...more });
}

async function fitted(subject: Trainer, data: TrainingData, steps: number): Promise<StepReport[]> {
  const reports: StepReport[] = [];
  for await (const report of subject.fit(data, { steps })) {
    reports.push(report);
  }
  return reports;
}

const [a, b, c, d] = sequences;
const oneByOne = sequences.map((sequence) => batchOf([[sequence]], 8));

/** Two steps an epoch, in another order in odd epochs. */
const data: TrainingData = {
  stepsPerEpoch: 2,
  batches: (epoch, step) => (epoch % 2 === step ? oneByOne.slice(0, 2) : oneByOne.slice(2)),
};

test('the loss falls on data that is seen again and again', async () => {
  const reports = await fitted(await trainer({ rows: 1 }), data, 40);
  expect(reports.map(({ step }) => step)).toEqual(Array.from({ length: 40 }, (_, index) => index + 1));
  expect(reports[0]!.loss).toBeCloseTo(Math.log(13), 1); // fresh weights: every token about equally likely
  expect(reports[39]!.loss).toBeLessThan(reports[0]!.loss / 2);
  expect(reports[0]).toMatchObject({ supervisedTokens: 5, totalTokens: 9, learningRate: 0.01 });
});

test('1x4, 4x1 and packed rows are one step: same loss, same norm, same parameters', async () => {
  const runs: [Trainer, StepReport][] = [];
  for (const [rows, batches] of [
    [1, oneByOne],
    [
      4,
      [
        batchOf(
          sequences.map((sequence) => [sequence]),
          8,
        ),
      ],
    ],
    [2, [batchOf([[a!, d!], [b!]], 8), batchOf([[c!], []], 8)]],
  ] as const) {
    const subject = await trainer({ rows });
    runs.push([subject, await subject.update(batches)]);
  }
  const [[first, report], ...others] = runs as [[Trainer, StepReport], ...[Trainer, StepReport][]];
  const expected = await first.parameters();
  for (const [other, { loss, gradientNorm, supervisedTokens }] of others) {
    // Sums in another order, and gradients stored as float32 between micro-batches: a few units of 6e-8.
    expect(loss).toBeCloseTo(report.loss, 5);
    expect(gradientNorm).toBeCloseTo(report.gradientNorm, 5);
    expect(supervisedTokens).toBe(report.supervisedTokens);
    for (const [name, values] of await other.parameters()) {
      // Adam divides a gradient by its own size: where that is near 0, rounding may show as up to 1e-4 of a step.
      expect(largestDifference(values, expected.get(name)!), name).toBeLessThan(1e-5);
    }
  }
});

test('masked tokens and padding are worth nothing: other values there change no loss', async () => {
  const subject = await trainer({ rows: 1 });
  const batch = batchOf([[a!, d!]], 10);
  const shape = await trainer({ rows: 1, length: 10 });
  const padded = {
    ...batch,
    inputIds: batch.inputIds.map((id, at) => (batch.segmentIds[at] === -1 ? 9 : id)),
  };
  expect((await shape.evaluate([batch])).loss).toBe((await shape.evaluate([padded])).loss);
  // The prompt is read (another prompt, another loss) but never predicted: with all of it supervised the loss differs.
  const supervised = await subject.evaluate([batchOf([[{ ...a!, supervisedFrom: 1 }]], 8)]);
  const masked = await subject.evaluate([batchOf([[a!]], 8)]);
  expect([supervised.supervisedTokens, masked.supervisedTokens]).toEqual([4, 3]);
});

test('two segments of one row are the two rows alone', async () => {
  const subject = await trainer({ rows: 1 });
  const packed = await subject.evaluate([batchOf([[a!, d!]], 8)]);
  const alone = await subject.evaluate([batchOf([[a!]], 8), batchOf([[d!]], 8)]);
  expect(packed.loss).toBeCloseTo(alone.loss, 6); // losses come back as float32
  expect({ ...packed, loss: 0 }).toEqual({ ...alone, loss: 0 });
});

test('evaluation is one sum divided once, not a mean of means', async () => {
  const subject = await trainer({ rows: 1 });
  const [all, ...each] = [
    await subject.evaluate(oneByOne),
    await subject.evaluate([oneByOne[0]!]),
    await subject.evaluate([oneByOne[1]!]),
    await subject.evaluate([oneByOne[2]!]),
    await subject.evaluate([oneByOne[3]!]),
  ];
  const weights = oneByOne.map(({ supervisedWeight }) => supervisedWeight);
  const sum = each.reduce((total, { loss }, index) => total + loss * weights[index]!, 0);
  expect(all!.loss).toBeCloseTo(sum / weights.reduce((total, weight) => total + weight, 0), 6);
  expect(all).toMatchObject({ supervisedTokens: 10, examples: 4 });
});

test.each<[string, () => Promise<Backend>]>([
  // What a device keeps between steps is float32, and so is what is saved.
  ['reference', async () => referenceBackend({ precision: 'float32' })],
  ['onnx', () => onnxBackend()],
])('a resumed run is the uninterrupted one, bit for bit, dropout included: %s', async (_, backend) => {
  const dropout = { dropout: [0.1, 0.3], seed: 3 };
  const whole = await trainer({ rows: 1, backend: await backend() }, dropout);
  const reports = await fitted(whole, data, 7);
  const first = await trainer({ rows: 1, backend: await backend() }, dropout);
  await fitted(first, data, 3);
  const { step, moments, parameters } = await first.state();
  const { model } = tinyModel();
  const second = await Trainer.create(
    await backend(),
    model,
    parameters,
    { rows: 1, length: 8, capacity: 32 },
    { ...options, ...dropout, resume: { step, moments } },
  );
  const rest = await fitted(second, data, 7);
  const untimed = ({ tokensPerSecond: _, ...report }: StepReport) => report;
  expect(rest.map(untimed)).toEqual(reports.slice(3).map(untimed));
  expect(second.step).toBe(7);
  expect(await second.state()).toEqual(await whole.state());
});

test('fit asks for the steps of an epoch in their order, and from its own place on after a resume', async () => {
  const asked: (readonly [number, number])[] = [];
  const watched: TrainingData = {
    stepsPerEpoch: 2,
    batches: (epoch, step) => {
      asked.push([epoch, step]);
      return data.batches(epoch, step);
    },
  };
  const first = await trainer({ rows: 1 });
  await fitted(first, watched, 3);
  expect(asked).toEqual([
    [0, 0],
    [0, 1],
    [1, 0],
  ]);
  const second = await trainer({ rows: 1 }, { resume: await first.state() });
  await fitted(second, watched, 5);
  expect(asked.slice(3)).toEqual([
    [1, 1],
    [2, 0],
  ]);
});

test('dropout changes the loss, differs from step to step, and stays out of evaluation', async () => {
  const plain = await trainer({ rows: 1 }, { learningRate: () => 0 });
  const noisy = await trainer({ rows: 1 }, { learningRate: () => 0, dropout: [0.3, 0.3] });
  const losses = [(await noisy.update(oneByOne)).loss, (await noisy.update(oneByOne)).loss];
  expect(losses[0]).not.toBe(losses[1]);
  expect((await plain.update(oneByOne)).loss).not.toBe(losses[0]);
  expect((await noisy.evaluate(oneByOne)).loss).toBe((await plain.evaluate(oneByOne)).loss);
});

test('a weight that is not finite stops the step before the update, and is named', async () => {
  const { model, weights } = tinyModel();
  const name = 'model.layers.1.mlp.up_proj.weight';
  weights.get(name)![3] = Number.NaN;
  const shape = { rows: 1, length: 8, capacity: 32 };
  const subject = await Trainer.create(referenceBackend(), model, weights, shape, options);
  const failure = await subject.update(oneByOne.slice(0, 1)).catch((error: unknown) => error);
  expect(failure).toBeInstanceOf(NonFiniteError);
  expect(failure).toMatchObject({ step: 1, tensor: name, examples: [0] });
  expect(subject.step).toBe(0);
  expect((await subject.parameters()).get('model.norm.weight')).toEqual(weights.get('model.norm.weight'));
});

test('a gradient that overflows is named as a gradient', async () => {
  const { model, weights } = tinyModel();
  weights.get('model.norm.weight')!.fill(3e38);
  const shape = { rows: 1, length: 8, capacity: 32 };
  const subject = await Trainer.create(referenceBackend(), model, weights, shape, options);
  await expect(subject.update(oneByOne)).rejects.toThrow(/step 1: (loss|gradient\/\S+) is not finite/);
});

test('norms and biases do not decay, matrices do', async () => {
  const { weights } = tinyModel();
  const rate = 0.5;
  const still = await trainer({ rows: 1 }, { learningRate: () => rate, weightDecay: 0 });
  const decaying = await trainer({ rows: 1 }, { learningRate: () => rate, weightDecay: 0.2 });
  await still.update(oneByOne);
  await decaying.update(oneByOne);
  const [without, withDecay] = [await still.parameters(), await decaying.parameters()];
  expect(withDecay.get('model.norm.weight')).toEqual(without.get('model.norm.weight'));
  const matrix = 'model.layers.0.mlp.down_proj.weight';
  const expected = without.get(matrix)!.map((value, at) => value - rate * 0.2 * weights.get(matrix)![at]!);
  expect(largestDifference(withDecay.get(matrix)!, expected)).toBeLessThan(1e-6); // float32 storage of values near 0.5
});

test.each<[string, () => Promise<Backend>]>([
  ['reference', async () => referenceBackend({ precision: 'float32' })],
  ['onnx', () => onnxBackend()],
])('parameters are float32: updates far below what bfloat16 can show add up: %s', async (_, backend) => {
  const { weights } = tinyModel();
  const rate = 1e-5; // norm weights start at 1, where bfloat16 has steps of 2^-8 downwards and 2^-7 upwards
  const subject = await trainer(
    { rows: 1, backend: await backend() },
    { learningRate: () => rate, weightDecay: 0 },
  );
  await subject.update(oneByOne);
  const name = 'model.norm.weight';
  const once = (await subject.parameters()).get(name)!;
  // Adam's first update is the learning rate in the gradient's direction; float32 near 1 has steps of 1.2e-7.
  for (const [at, value] of once.entries())
    expect(Math.abs(value - weights.get(name)![at]!)).toBeCloseTo(rate, 6);
  for (let step = 1; step < 20; step++) await subject.update(oneByOne);
  const change = largestDifference((await subject.parameters()).get(name)!, weights.get(name)!);
  expect(change).toBeGreaterThan(15 * rate);
});

function largestDifference(x: Float32Array, y: Float32Array): number {
  return x.reduce((largest, value, at) => Math.max(largest, Math.abs(value - y[at]!)), 0);
}

test('activation checkpointing changes no bit, dropout and accumulation included', async () => {
  for (const backend of [referenceBackend(), await onnxBackend({ threads: 1 })]) {
    const states = [];
    for (const activationCheckpointing of ['none', 'block'] as const) {
      const subject = await trainer({ rows: 1, backend }, { dropout: [0.1, 0.2], activationCheckpointing });
      await fitted(subject, data, 2);
      states.push(await subject.state());
      await subject.dispose();
    }
    expect(states[1]).toEqual(states[0]);
  }
});

test('arrays that are given away are trained where they are, others are left alone', async () => {
  const backend = await onnxBackend({ threads: 1 });
  for (const adopt of [false, true]) {
    const { model, weights } = tinyModel();
    const before = structuredClone(weights);
    const shape = { rows: 1, length: 8, capacity: 32 };
    const subject = await Trainer.create(backend, model, weights, shape, { ...options, adopt });
    await fitted(subject, data, 1);
    expect(weights).toEqual(adopt ? await subject.parameters() : before);
    await subject.dispose();
  }
});
