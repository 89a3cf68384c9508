import type { DecoderModel } from '@sftkit/model';
import { planMemory, sizeOf } from '@sftkit/tensor';
import type { TrainingPrograms } from '@sftkit/trainer';

export interface MemoryPrediction {
  readonly parameters: number;
  /** Parameters, gradients and both moments, in bytes. */
  readonly residentBytes: number;
  /** The most that the intermediates of a program need at once. */
  readonly intermediateBytes: number;
  readonly totalBytes: number;
}

/** What a run holds in memory, from its programs alone; the process itself comes on top. */
export function predictMemory(
  model: DecoderModel,
  { gradients, accumulate, squares, update }: TrainingPrograms,
): MemoryPrediction {
  const parameters = model.parameters.reduce((sum, { shape }) => sum + sizeOf(shape), 0);
  const residentBytes = 4 * 4 * parameters;
  const intermediateBytes = Math.max(
    ...[gradients, accumulate, squares, update].map((program) => {
      const plan = planMemory(program);
      return plan.peakIntermediateBytes + plan.constantBytes;
    }),
  );
  return { parameters, residentBytes, intermediateBytes, totalBytes: residentBytes + intermediateBytes };
}
