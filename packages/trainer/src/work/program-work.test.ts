import { decoderModel } from '@sftkit/model';
import {
  adamW,
  add,
  attention,
  f32,
  gather,
  grad,
  headCrossEntropy,
  i32,
  matmul,
  reshape,
  sumOfSquares,
  trace,
} from '@sftkit/tensor';
import { describe, expect, test } from 'vitest';
import { tinyConfig } from '../../test/tiny-model.js';
import { objectiveProgram } from '../objective.js';
import { trainingPrograms } from '../training-programs.js';
import { type ProgramWork, programWork } from './program-work.js';

const NONE: ProgramWork = {
  matmulFlops: 0,
  attentionFlops: 0,
  headFlops: 0,
  updateBytes: 0,
  otherBytes: 0,
};

describe('one operation', () => {
  test.each([
    [f32(3, 5), f32(5, 7), {}],
    [f32(5, 3), f32(5, 7), { transposeA: true }],
    [f32(3, 5), f32(7, 5), { transposeB: true }],
  ])('a product of (3, 5) and (5, 7) is 2 m n k', (a, b, options) => {
    const program = trace({ a, b }, (given) => ({ y: matmul(given.a, given.b, options) }));
    expect(programWork(program)).toEqual({ ...NONE, matmulFlops: 2 * 3 * 7 * 5 });
  });

  test('a stack of products counts each', () => {
    const program = trace({ a: f32(4, 3, 5), b: f32(4, 5, 7) }, ({ a, b }) => ({ y: matmul(a, b) }));
    expect(programWork(program).matmulFlops).toBe(4 * 2 * 3 * 7 * 5);
  });

  test.each([
    [false, undefined, 36],
    [true, undefined, 21],
    [true, 2, 11],
    [true, 9, 21],
  ])('attention, causal %s and reach %s, sees %i pairs of 6 x 6', (causal, reach, pairs) => {
    const types = { q: f32(2, 4, 6, 3), k: f32(2, 2, 6, 3), v: f32(2, 2, 6, 3), mask: f32(2, 1, 6, 6) };
    const forward = trace(types, ({ q, k, v, mask }) => ({
      loss: sumOfSquares(attention(q, k, v, mask, { causal, reach })),
    }));
    const product = 2 * (2 * 4) * pairs * 3;
    expect(programWork(forward).attentionFlops).toBe(2 * product);
    const both = grad(forward, { of: 'loss', withRespectTo: ['q', 'k', 'v'] });
    expect(programWork(both).attentionFlops).toBe(7 * product);
  });

  test('the head counts the products that are wanted', () => {
    const types = { hidden: f32(6, 4), head: f32(11, 4), labels: i32(6), weights: f32(6) };
    const loss = trace(types, ({ hidden, head, labels, weights }) => ({
      loss: headCrossEntropy(hidden, head, labels, weights).loss,
    }));
    const product = 2 * 6 * 4 * 11;
    expect(programWork(loss)).toEqual({ ...NONE, headFlops: product });
    const by = (withRespectTo: string[]) => programWork(grad(loss, { of: 'loss', withRespectTo })).headFlops;
    expect(by(['head'])).toBe(2 * product);
    expect(by(['hidden', 'head'])).toBe(3 * product);
  });

  test('the update reads four arrays and writes three', () => {
    const types = { parameter: f32(5, 2), gradient: f32(5, 2), m: f32(5, 2), v: f32(5, 2), scalars: f32(4) };
    const program = trace(types, ({ parameter, gradient, m, v, scalars }) => ({
      ...adamW(parameter, gradient, m, v, scalars),
    }));
    expect(programWork(program)).toEqual({ ...NONE, updateBytes: 4 * (7 * 10 + 4) });
  });

  test('others count what they read and write, a reshape nothing, a gather the rows that it takes', () => {
    const sum = trace({ a: f32(8), b: f32(8) }, ({ a, b }) => ({ y: add(a, b) }));
    expect(programWork(sum)).toEqual({ ...NONE, otherBytes: 4 * 3 * 8 });
    const reshaped = trace({ a: f32(8) }, ({ a }) => ({ y: reshape(a, [2, 4]) }));
    expect(programWork(reshaped)).toEqual(NONE);
    const rows = trace({ table: f32(1000, 4), ids: i32(3) }, ({ table, ids }) => ({ y: gather(table, ids) }));
    expect(programWork(rows)).toEqual({ ...NONE, otherBytes: 4 * 2 * 12 });
  });
});

describe('the programs of a model', () => {
  const options = { betas: [0.9, 0.95], epsilon: 1e-8, weightDecay: 0 } as const;
  const shape = { rows: 2, length: 16, capacity: 32 };
  const model = decoderModel(tinyConfig);
  const programs = trainingPrograms(model, shape, options);
  const work = programWork(programs.gradients);
  const numParameters = model.parameters.reduce((sum, { shape }) => sum + shape.reduce((a, b) => a * b), 0);
  const ofModel = (change: Partial<typeof tinyConfig>, changedShape: Partial<typeof shape> = {}) =>
    programWork(
      trainingPrograms(decoderModel({ ...tinyConfig, ...change }), { ...shape, ...changedShape }, options)
        .gradients,
    );

  test('products: 6 operations a token and weight, 2 of them forward', () => {
    const { width, feedForwardWidth, numHeads, numKvHeads, headWidth, numLayers, vocabSize } = tinyConfig;
    const weights =
      width * headWidth * (2 * numHeads + 2 * numKvHeads) * numLayers +
      3 * width * feedForwardWidth * numLayers;
    expect(work.matmulFlops).toBe(6 * 32 * weights);
    expect(work.headFlops).toBe(6 * 32 * width * vocabSize);
    const forward = programWork(objectiveProgram(model, shape));
    expect(forward.matmulFlops).toBe(2 * 32 * weights);
    expect(forward.headFlops).toBe(2 * 32 * width * vocabSize);
    expect(forward.attentionFlops).toBe((2 / 7) * work.attentionFlops);
  });

  test('twice the rows are twice the products, twice the length is more attention than that', () => {
    const twiceTheRows = ofModel({}, { rows: 4, capacity: 64 });
    expect(twiceTheRows.matmulFlops).toBe(2 * work.matmulFlops);
    expect(twiceTheRows.attentionFlops).toBe(2 * work.attentionFlops);
    const twiceAsLong = ofModel({}, { length: 32, capacity: 64 });
    expect(twiceAsLong.matmulFlops).toBe(2 * work.matmulFlops);
    expect(twiceAsLong.attentionFlops).toBe(((32 * 33) / (16 * 17)) * work.attentionFlops);
  });

  test('layers add up, a larger vocabulary is more head', () => {
    const layers = [2, 3, 4].map((numLayers) => ofModel({ numLayers }).matmulFlops);
    expect(layers[2]! - layers[1]!).toBe(layers[1]! - layers[0]!);
    expect(ofModel({ vocabSize: 26 }).headFlops).toBe(2 * work.headFlops);
  });

  test('targets that are fewer spare the head and what follows the last attention', () => {
    const fewer = ofModel({}, { capacity: 8 });
    expect(fewer.headFlops).toBe(work.headFlops / 4);
    expect(fewer.matmulFlops).toBeLessThan(work.matmulFlops);
    expect(fewer.attentionFlops).toBe(work.attentionFlops);
  });

  test('shorter segments are less attention', () => {
    const { gradients } = trainingPrograms(model, { ...shape, longestSegment: 4 }, options);
    expect(programWork(gradients)).toMatchObject({
      matmulFlops: work.matmulFlops,
      attentionFlops: (work.attentionFlops * (10 + 12 * 4)) / (8 * 17),
    });
  });

  test('checkpointing computes products again', () => {
    const { gradients } = trainingPrograms(model, shape, { ...options, activationCheckpointing: 'block' });
    const { matmulFlops, headFlops } = programWork(gradients);
    expect(matmulFlops).toBeGreaterThan(1.2 * work.matmulFlops);
    expect(matmulFlops).toBeLessThanOrEqual((8 / 6) * work.matmulFlops);
    expect(headFlops).toBe(work.headFlops);
  });

  test('sums over micro-batches, zeros, norm and update go over every parameter', () => {
    const summed = programWork(programs.accumulate);
    expect(summed.otherBytes - work.otherBytes).toBe(12 * numParameters);
    expect(programWork(programs.zeros).otherBytes).toBe(4 * (numParameters + model.parameters.length));
    expect(programWork(programs.squares).otherBytes).toBeGreaterThanOrEqual(4 * numParameters);
    const scalars = 4 * model.parameters.length;
    expect(programWork(programs.update)).toEqual({ ...NONE, updateBytes: 4 * (7 * numParameters + scalars) });
  });
});
