import { type Backend, gpuBackend, referenceBackend } from '@sftkit/tensor';
import { onnxBackend } from '@sftkit/tensor-onnx';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { tinyModel } from '../../test/tiny-model.js';
import { objectiveProgram } from '../objective.js';
import { type TrainingProgramsOptions, trainingPrograms } from '../training-programs.js';
import { type MeasuredRun, measureRates } from './measure-rates.js';
import { predictRunSeconds, predictStepSeconds } from './predict-seconds.js';

afterEach(() => vi.restoreAllMocks());

const { model } = tinyModel();
const shape = { rows: 1, length: 16, capacity: 8, longestSegment: 12 };

function tinyRun(further: Partial<TrainingProgramsOptions> = {}): MeasuredRun {
  const options = { betas: [0.9, 0.95], epsilon: 1e-8, weightDecay: 0.1, ...further } as const;
  return { model, shape, options, programs: trainingPrograms(model, shape, options) };
}

const backends: [string, () => Backend | Promise<Backend>][] = [
  ['reference', () => referenceBackend()],
  ['onnx', () => onnxBackend()],
  ['gpu.js cpu', () => gpuBackend({ mode: 'cpu' })],
];

describe.each(backends)('on %s', (_, makeBackend) => {
  test.each([
    ['as it is', {}],
    ['with dropout and checkpointing', { dropout: [0, 0.1], activationCheckpointing: 'block' }],
  ] as const)('a tiny run %s: all rates and predictions are positive', async (_, further) => {
    const backend = await makeBackend();
    const run = tinyRun(further);
    const rates = (await measureRates(backend, run, { seconds: 0.05 }))!;
    for (const [name, rate] of Object.entries(rates)) {
      expect(rate, name).toBeGreaterThan(0);
      expect(rate, name).toBeLessThan(1);
    }
    const evaluation = { program: objectiveProgram(model, shape), batches: 2, evaluations: 1 };
    const step = predictStepSeconds(rates, run.programs, 2);
    expect(step).toBeGreaterThan(predictStepSeconds(rates, run.programs));
    expect(predictRunSeconds(rates, run.programs, { steps: 5, microBatches: 2, evaluation })).toBeGreaterThan(
      5 * step,
    );
    await backend.dispose();
  });
});

test('everything that was made is given back, also after an error', async () => {
  const inner = referenceBackend();
  let owned = 0;
  let compiled = 0;
  const counted = <T extends { dispose(): void }>(made: T): T => {
    owned += 1;
    const dispose = made.dispose.bind(made);
    made.dispose = () => {
      owned -= 1;
      dispose();
    };
    return made;
  };
  const backendThat = (failsAt: number): Backend => ({
    ...inner,
    buffer: async (type, data) => counted(await inner.buffer(type, data)),
    compile: async (program) => {
      compiled += 1;
      if (compiled === failsAt) throw new Error('no more');
      return counted(await inner.compile(program));
    },
  });
  await measureRates(backendThat(Number.POSITIVE_INFINITY), tinyRun(), { seconds: 0.01 });
  expect(compiled).toBeGreaterThan(6);
  expect(owned).toBe(0);
  compiled = 0;
  await expect(measureRates(backendThat(6), tinyRun(), { seconds: 0.01 })).rejects.toThrow('no more');
  expect(owned).toBe(0);
});

test('a clock that stands still says nothing', async () => {
  vi.spyOn(performance, 'now').mockReturnValue(5);
  expect(await measureRates(referenceBackend(), tinyRun())).toBeUndefined();
});
