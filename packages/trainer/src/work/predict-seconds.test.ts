import { decoderModel } from '@sftkit/model';
import { expect, test } from 'vitest';
import { tinyConfig } from '../../test/tiny-model.js';
import { objectiveProgram } from '../objective.js';
import { trainingPrograms } from '../training-programs.js';
import type { StepRates } from './measure-rates.js';
import { predictPassSeconds, predictRunSeconds, predictStepSeconds } from './predict-seconds.js';
import { programWork } from './program-work.js';

const options = { betas: [0.9, 0.95], epsilon: 1e-8, weightDecay: 0 } as const;
const shape = { rows: 2, length: 16, capacity: 32 };
const model = decoderModel(tinyConfig);
const programs = trainingPrograms(model, shape, options);
const objective = objectiveProgram(model, shape);
const work = programWork(programs.gradients);

const NOTHING: StepRates = {
  perMatmulFlop: 0,
  perAttentionFlop: 0,
  perHeadFlop: 0,
  perZeroedByte: 0,
  perSummedByte: 0,
  perSquaredByte: 0,
  perUpdatedByte: 0,
  perCompiledInstruction: 0,
};

test('a pass takes its products, attention and head', () => {
  const rates = { ...NOTHING, perMatmulFlop: 1, perAttentionFlop: 10, perHeadFlop: 100 };
  const { matmulFlops, attentionFlops, headFlops } = work;
  expect(predictPassSeconds(rates, programs.gradients)).toBe(
    matmulFlops + 10 * attentionFlops + 100 * headFlops,
  );
  expect(predictPassSeconds(rates, objective)).toBeLessThan(
    predictPassSeconds(rates, programs.gradients) / 2,
  );
});

test('a step of one micro-batch adds the norm and the update', () => {
  const rates = { ...NOTHING, perMatmulFlop: 1, perSquaredByte: 2, perUpdatedByte: 3 };
  const squared = programWork(programs.squares).otherBytes;
  const updated = programWork(programs.update).updateBytes;
  expect(predictStepSeconds(rates, programs)).toBe(work.matmulFlops + 2 * squared + 3 * updated);
  expect(predictStepSeconds({ ...rates, perZeroedByte: 1, perSummedByte: 1 }, programs)).toBe(
    predictStepSeconds(rates, programs),
  );
});

test('a step of several adds zeros once and the sums each time', () => {
  const rates = { ...NOTHING, perMatmulFlop: 1, perZeroedByte: 5, perSummedByte: 7 };
  const zeroed = programWork(programs.zeros).otherBytes;
  const summed = programWork(programs.accumulate).otherBytes - work.otherBytes;
  expect(predictStepSeconds(rates, programs, 3)).toBe(3 * (work.matmulFlops + 7 * summed) + 5 * zeroed);
});

test('a run is its steps, its evaluations and the programs that are compiled for them', () => {
  const rates = { ...NOTHING, perMatmulFlop: 1 };
  const step = predictStepSeconds(rates, programs, 2);
  const pass = predictPassSeconds(rates, objective);
  const evaluation = { program: objective, batches: 3, evaluations: 4 };
  expect(predictRunSeconds(rates, programs, { steps: 10, microBatches: 2 })).toBe(10 * step);
  expect(predictRunSeconds(rates, programs, { steps: 10, microBatches: 2, evaluation })).toBe(
    10 * step + 4 * 3 * pass,
  );
  const compiling = { ...NOTHING, perCompiledInstruction: 1 };
  const { gradients, squares, update } = programs;
  const ofStep = [gradients, squares, update].reduce((sum, { instructions }) => sum + instructions.length, 0);
  expect(predictRunSeconds(compiling, programs, { steps: 10 })).toBe(ofStep);
  expect(predictRunSeconds(compiling, programs, { steps: 10, evaluation })).toBe(
    5 * ofStep + 4 * objective.instructions.length,
  );
});
