/**
 * From masked examples to the loss, with the real packing between them, against log-probabilities computed here
 * from the logits of each example alone: a mask that is lost, shifted or divided by something else shows.
 */
import { IGNORE_INDEX, type MaskedExample, pack } from '@sftkit/masking';
import { f32, i32, matmul, referenceBackend, reshape, trace } from '@sftkit/tensor';
import { expect, test } from 'vitest';
import { Trainer, TrainerError } from '../src/index.js';
import { batchOf, tinyConfig, tinyModel } from './tiny-model.js';

const options = { learningRate: () => 0, clip: 1 };

/** Weights of 0 are not learnt; the first token never is. */
function example(ids: readonly number[], weights: readonly number[]): MaskedExample {
  return {
    inputIds: Int32Array.from(ids),
    labels: Int32Array.from(ids, (id, t) => (weights[t]! > 0 ? id : IGNORE_INDEX)),
    weights: Float32Array.from(weights),
    supervisedTokens: weights.filter((weight) => weight > 0).length,
  };
}

const examples = [
  example([1, 4, 5, 2, 6, 7, 2], [0, 0, 0, 0, 1, 1, 1]), // a prompt, then an answer and its end
  example([1, 8, 9, 2], [0, 0, 0.5, 0.5]),
  example([1, 3, 2, 10, 2, 3, 2, 11, 2], [0, 0, 0, 1, 1, 0, 0, 1, 1]), // two answers
];

/** -log p of each token of `ids` but the first, given the tokens before it. */
async function surprises(ids: Int32Array): Promise<number[]> {
  const { model, weights } = tinyModel();
  const { width, vocabSize } = tinyConfig;
  const inputs = Object.fromEntries(model.parameters.map(({ name, shape }) => [name, f32(...shape)]));
  const row = i32(1, ids.length);
  const program = trace({ ...inputs, inputIds: row, positions: row, segmentIds: row }, (tensors) => {
    const { inputIds, positions, segmentIds } = tensors;
    const hidden = model.hidden(tensors, {
      inputIds: inputIds!,
      positions: positions!,
      segmentIds: segmentIds!,
    });
    const flat = reshape(hidden, [ids.length, width]); // (T, C)
    return { logits: matmul(flat, model.head(tensors), { transposeB: true }) }; // (T, V)
  });
  const executable = await referenceBackend().compile(program);
  const positions = Int32Array.from(ids.keys());
  const outputs = await executable.run({
    ...Object.fromEntries(weights),
    inputIds: ids,
    positions,
    segmentIds: new Int32Array(ids.length),
  });
  const logits = [...(await outputs.logits!.read())];
  return [...ids.slice(1)].map((id, t) => {
    const scores = logits.slice(t * vocabSize, (t + 1) * vocabSize);
    return Math.log(scores.reduce((sum, score) => sum + Math.exp(score), 0)) - scores[id]!;
  });
}

test('the loss is that of the tokens that the mask left, each predicted by the token before it', async () => {
  let sum = 0;
  let divisor = 0;
  for (const { inputIds, weights } of examples) {
    for (const [t, surprise] of (await surprises(inputIds)).entries()) {
      sum += weights[t + 1]! * surprise;
      divisor += weights[t + 1]!;
    }
  }
  const { model, weights } = tinyModel();
  const shape = { rows: 1, length: 12, capacity: 32 };
  const trainer = await Trainer.create(referenceBackend(), model, weights, shape, options);
  const batches = [...pack(examples, { length: 12, batchRows: 1 })];
  expect(batches.map(({ examples: packed }) => packed)).toEqual([[2], [0, 1]]);
  const { loss, supervisedTokens } = await trainer.evaluate(batches);
  // Losses come back as float32, one a micro-batch: about 1e-7 of a number near 3.
  expect(loss).toBeCloseTo(sum / divisor, 5);
  expect(supervisedTokens).toBe(9);
  expect((await trainer.update(batches)).loss).toBeCloseTo(sum / divisor, 5);
});

test('a step or an evaluation without a supervised token is an error, not a loss of 0 or NaN', async () => {
  const { model, weights } = tinyModel();
  const shape = { rows: 1, length: 4, capacity: 32 };
  const trainer = await Trainer.create(referenceBackend(), model, weights, shape, options);
  const nothing = [batchOf([[{ ids: [1, 4, 5], supervisedFrom: 3 }]], 4)];
  await expect(trainer.update(nothing)).rejects.toThrow(TrainerError);
  await expect(trainer.update(nothing)).rejects.toThrow('step 1: expected supervised tokens, found none');
  await expect(trainer.evaluate(nothing)).rejects.toThrow('expected at least one supervised token');
  expect(trainer.step).toBe(0);
});
