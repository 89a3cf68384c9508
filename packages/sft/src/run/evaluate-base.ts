/** Loss and accuracy of a model on prepared examples. */
import { type FittedExamples, fitExamples } from '@sftkit/masking';
import type { Backend } from '@sftkit/tensor';
import { type Evaluation, evaluate, type MicroBatchShape, objectiveProgram } from '@sftkit/trainer';
import type { Base } from '../base/base.js';
import { uploadWeights } from '../base/chat-model.js';
import type { PreparedExample } from '../examples/prepare-example.js';
import { evaluationBatches } from '../examples/training-data.js';
import { SftError } from '../sft-error.js';

export interface EvaluateBaseOptions {
  /** T, tokens in a row; longer examples are left out. */
  readonly length: number;
  /** B, rows computed at once. */
  readonly rows: number;
  /** Of the model and the data, for errors. */
  readonly names?: { readonly model: string; readonly data: string };
}

/**
 * @returns the evaluation, and which examples counted
 * @throws {SftError} if no example has something to predict, or the loss is no finite number
 */
export async function evaluateBase(
  base: Base,
  examples: readonly PreparedExample[],
  backend: Backend,
  { length, rows, names = { model: 'model', data: 'examples' } }: EvaluateBaseOptions,
): Promise<{ readonly evaluation: Evaluation; readonly fitted: FittedExamples<PreparedExample> }> {
  const fitted = fitExamples(examples, { length });
  if (fitted.kept.length === 0) {
    throw new SftError(
      `${names.data}: expected examples with something to predict in rows of ${length} tokens, found none; look at them with inspect`,
    );
  }
  const { batches, capacity, longestSegment } = evaluationBatches(fitted.kept, {
    length,
    packing: true,
    rows,
  });
  const shape: MicroBatchShape = { rows, length, capacity, longestSegment };
  const executable = await backend.compile(objectiveProgram(base.model, shape));
  const parameters = await uploadWeights(base, backend);
  try {
    const evaluation = await evaluate(executable, parameters, batches, shape);
    if (!Number.isFinite(evaluation.loss)) throw notFinite(base, names.model);
    return { evaluation, fitted };
  } finally {
    executable.dispose();
    for (const buffer of Object.values(parameters)) buffer.dispose();
  }
}

function notFinite({ weights }: Base, name: string): SftError {
  const spoilt = [...weights].find(([, values]) => values.some((value) => !Number.isFinite(value)))?.[0];
  const reason = spoilt === undefined ? 'all of its weights are; they may be too large' : `${spoilt} is not`;
  return new SftError(`${name}: expected a model with a finite loss, found one without: ${reason}`);
}
