/**
 * Learning-rate schedules as pure functions of the step, so that a resumed run needs no schedule state.
 */
import { TrainerError } from './trainer-error.js';

export interface Schedule {
  readonly kind: 'constant' | 'linear' | 'cosine';
  /** Highest rate, reached at the end of the warm-up. */
  readonly peak: number;
  /** Updates in the whole run. */
  readonly totalSteps: number;
  /** Updates during which the rate rises linearly; the k-th of them (from 1) has k / warmupSteps of the peak. */
  readonly warmupSteps?: number;
  /** Share of the peak that the decay ends at: 0.1 decays to 10 %. */
  readonly floor?: number;
}

/**
 * Rate of one update. The decay starts from the peak at the first update after the warm-up and reaches the
 * floor after the last one, as PyTorch's and Hugging Face's schedules do.
 * @param step updates done before this one: 0 for the first
 * @throws {TrainerError} if a number is out of its range
 * @see InstructGPT (Ouyang et al., 2022), appendix C.1: cosine to 10 %; LIMA (Zhou et al., 2023), section 3: linear
 */
export function learningRateAt(
  step: number,
  { kind, peak, totalSteps, warmupSteps = 0, floor = 0 }: Schedule,
): number {
  if (!(peak >= 0) || !(floor >= 0 && floor <= 1) || !(warmupSteps >= 0) || !(totalSteps > 0)) {
    throw new TrainerError(
      `schedule: expected peak >= 0, floor from 0 to 1, warm-up >= 0 and at least one step, ` +
        `got peak ${peak}, floor ${floor}, warm-up ${warmupSteps}, steps ${totalSteps}`,
    );
  }
  if (step < warmupSteps) {
    return (peak * (step + 1)) / warmupSteps;
  }
  const progress = Math.min(1, (step - warmupSteps) / Math.max(1, totalSteps - warmupSteps));
  switch (kind) {
    case 'constant':
      return peak;
    case 'linear':
      return peak * (1 - (1 - floor) * progress);
    case 'cosine':
      return peak * (floor + ((1 - floor) * (1 + Math.cos(Math.PI * progress))) / 2);
  }
}
