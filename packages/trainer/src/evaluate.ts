/** Loss on data that is not learnt from: one sum over all batches, divided once. */
import type { Batch } from '@sftkit/masking';
import type { Buffer, Executable } from '@sftkit/tensor';
import { type MicroBatchShape, objectiveInputs } from './objective.js';
import { TrainerError } from './trainer-error.js';

export interface Evaluation {
  /** Nats per supervised token, weights included; must not depend on how the examples were batched. */
  readonly loss: number;
  readonly supervisedTokens: number;
  readonly examples: number;
  /** Share of supervised tokens that the model holds the likeliest. */
  readonly tokenAccuracy: number;
}

/**
 * @param objective compiled `objectiveProgram` of `shape`, without dropout
 * @throws {TrainerError} if no token is supervised
 */
export async function evaluate(
  objective: Executable,
  parameters: Readonly<Record<string, Buffer>>,
  batches: Iterable<Batch>,
  shape: MicroBatchShape,
): Promise<Evaluation> {
  let loss = 0;
  let correct = 0;
  let weight = 0;
  let supervisedTokens = 0;
  let examples = 0;
  for (const batch of batches) {
    const outputs = await objective.run({ ...parameters, ...objectiveInputs(batch, shape, 1) });
    loss += await readScalar(outputs.loss!);
    correct += await readScalar(outputs.correct!);
    weight += batch.supervisedWeight;
    supervisedTokens += batch.supervisedTokens;
    examples += batch.examples.length;
  }
  if (weight === 0) {
    throw new TrainerError(
      'evaluate: expected at least one supervised token, found none; look at the data with `inspect`',
    );
  }
  return { loss: loss / weight, supervisedTokens, examples, tokenAccuracy: correct / supervisedTokens };
}

/** Reads a scalar and gives its buffer back. */
export async function readScalar(buffer: Buffer): Promise<number> {
  const [value] = await buffer.read();
  buffer.dispose();
  return value!;
}
