/** The time that steps, evaluations and whole runs will take, from their programs and the rates of the machine. */
import type { Program } from '@sftkit/tensor';
import type { TrainingPrograms } from '../training-programs.js';
import type { StepRates } from './measure-rates.js';
import { programWork } from './program-work.js';

/** One optimizer step. @param microBatches how many it has; default: 1 */
export function predictStepSeconds(rates: StepRates, programs: TrainingPrograms, microBatches = 1): number {
  const { gradients, zeros, accumulate, squares, update } = programs;
  const once =
    rates.perSquaredByte * programWork(squares).otherBytes +
    rates.perUpdatedByte * programWork(update).updateBytes;
  const gradientSeconds = predictPassSeconds(rates, gradients);
  if (microBatches === 1) return gradientSeconds + once;
  const summedBytes = programWork(accumulate).otherBytes - programWork(gradients).otherBytes;
  return (
    rates.perZeroedByte * programWork(zeros).otherBytes +
    microBatches * (gradientSeconds + rates.perSummedByte * summedBytes) +
    once
  );
}

/** One run of the objective, or of its gradients. */
export function predictPassSeconds(rates: StepRates, program: Program): number {
  const work = programWork(program);
  return (
    rates.perMatmulFlop * work.matmulFlops +
    rates.perAttentionFlop * work.attentionFlops +
    rates.perHeadFlop * work.headFlops
  );
}

/** What a run does. */
export interface RunCounts {
  readonly steps: number;
  /** Of each step. Default: 1. */
  readonly microBatches?: number;
  /** Default: none. */
  readonly evaluation?: {
    /** See `objectiveProgram`. */
    readonly program: Program;
    /** Runs of the program in each evaluation. */
    readonly batches: number;
    readonly evaluations: number;
  };
}

/** All steps and evaluations of a run, with the compilation of their programs: each evaluation compiles its own anew, and the step after it. */
export function predictRunSeconds(
  rates: StepRates,
  programs: TrainingPrograms,
  { steps, microBatches = 1, evaluation }: RunCounts,
): number {
  const compileSeconds = (compiled: readonly Program[]) =>
    rates.perCompiledInstruction * compiled.reduce((sum, { instructions }) => sum + instructions.length, 0);
  const { gradients, zeros, accumulate, squares, update } = programs;
  const ofStep = microBatches === 1 ? [gradients, squares, update] : [zeros, accumulate, squares, update];
  const training = compileSeconds(ofStep) + steps * predictStepSeconds(rates, programs, microBatches);
  if (evaluation === undefined) return training;
  const { program, batches, evaluations } = evaluation;
  const oneEvaluation = compileSeconds([program, ...ofStep]) + batches * predictPassSeconds(rates, program);
  return training + evaluations * oneEvaluation;
}
