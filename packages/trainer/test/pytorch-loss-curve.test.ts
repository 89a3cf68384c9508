/**
 * Ten optimizer steps against PyTorch: two micro-batches of packed rows a step, masked and weighted labels,
 * AdamW, clipping, cosine schedule. The numbers and their generator belong to @sftkit/model.
 */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Batch } from '@sftkit/masking';
import {
  bytesSource,
  type ConfigJson,
  decoderModel,
  readDecoderConfig,
  readHeader,
  readTensor,
} from '@sftkit/model';
import { type Backend, referenceBackend } from '@sftkit/tensor';
import { onnxBackend } from '@sftkit/tensor-onnx';
import { describe, expect, test } from 'vitest';
import { learningRateAt, Trainer, type TrainingData } from '../src/index.js';

interface Golden {
  readonly config: ConfigJson;
  readonly rows: number;
  readonly length: number;
  readonly batches: readonly Record<
    'inputIds' | 'positions' | 'segmentIds' | 'targets' | 'weights',
    number[]
  >[];
  readonly optimizer: Record<
    'peakLearningRate' | 'floor' | 'beta1' | 'beta2' | 'epsilon' | 'weightDecay' | 'maxGradientNorm',
    number
  >;
  readonly steps: readonly {
    microBatches: number[];
    learningRate: number;
    loss: number;
    gradientNorm: number;
  }[];
}

const folder = new URL('../../model/test/golden/', import.meta.url);

async function readGolden(name: string): Promise<{ golden: Golden; weights: Map<string, Float32Array> }> {
  const golden = JSON.parse(readFileSync(new URL(`${name}.json`, folder), 'utf8')) as Golden;
  const file = fileURLToPath(new URL(`${name}.safetensors`, folder));
  const source = bytesSource(file, readFileSync(file));
  const weights = new Map<string, Float32Array>();
  for (const entry of (await readHeader(source)).tensors.values()) {
    if (entry.name.startsWith('weight/')) {
      weights.set(entry.name.slice('weight/'.length), await readTensor(source, entry));
    }
  }
  return { golden, weights };
}

function batchesOf({ batches, rows, length }: Golden): Batch[] {
  return batches.map(({ inputIds, positions, segmentIds, targets, weights }, index) => ({
    rows,
    length,
    inputIds: Int32Array.from(inputIds),
    positions: Int32Array.from(positions),
    segmentIds: Int32Array.from(segmentIds),
    targets: Int32Array.from(targets),
    weights: Float32Array.from(weights),
    supervisedTokens: targets.filter((target) => target >= 0).length,
    supervisedWeight: weights.reduce((sum, weight) => sum + weight, 0),
    totalTokens: segmentIds.filter((segment) => segment >= 0).length,
    examples: [index],
  }));
}

const backends: [string, () => Promise<Backend>][] = [
  ['reference', async () => referenceBackend()],
  ['onnx', () => onnxBackend({ threads: 1 })],
];

describe.each(backends)('%s', (_, openBackend) => {
  test.each(['llama', 'gpt2'])('%s: loss, gradient norm and learning rate of every step', async (name) => {
    const { golden, weights } = await readGolden(name);
    const {
      peakLearningRate: peak,
      floor,
      beta1,
      beta2,
      epsilon,
      weightDecay,
      maxGradientNorm,
    } = golden.optimizer;
    const batches = batchesOf(golden);
    const totalSteps = golden.steps.length;
    const shape = { rows: golden.rows, length: golden.length, capacity: golden.rows * golden.length };
    const trainer = await Trainer.create(
      await openBackend(),
      decoderModel(readDecoderConfig(golden.config)),
      weights,
      shape,
      {
        learningRate: (step) => learningRateAt(step, { kind: 'cosine', peak, floor, totalSteps }),
        betas: [beta1, beta2],
        epsilon,
        weightDecay,
        clip: maxGradientNorm,
      },
    );
    const data: TrainingData = {
      stepsPerEpoch: totalSteps,
      batches: (_epoch, step) => golden.steps[step]!.microBatches.map((index) => batches[index]!),
    };
    let compared = 0;
    for await (const { step, loss, gradientNorm, learningRate } of trainer.fit(data, { steps: totalSteps })) {
      const expected = golden.steps[step - 1]!;
      expect(learningRate).toBeCloseTo(expected.learningRate, 9);
      // Both sides round to float32. Measured: losses within 1.2e-7, norms within 3.2e-6 (of a norm near 0.1).
      expect(relativeError(loss, expected.loss), `loss of step ${step}`).toBeLessThan(1e-6);
      expect(relativeError(gradientNorm, expected.gradientNorm), `norm of step ${step}`).toBeLessThan(1e-5);
      compared += 1;
    }
    expect(compared).toBe(10);
    await trainer.dispose();
  });
});

function relativeError(value: number, expected: number): number {
  return Math.abs(value - expected) / Math.abs(expected);
}
