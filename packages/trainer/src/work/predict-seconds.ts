/** The time that steps, evaluations and whole runs will take, from their programs and the rates of the machine. */
import type { Program } from '@sftkit/tensor';
import type { TrainingPrograms } from '../training-programs.js';
import type { StepRates } from './measure-rates.js';
import { programWork } from './program-work.js';

/**
 * One optimizer step, clipping included.
 * @param microBatches of the step. Default: 1
 * @returns seconds
 */
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

/**
 * One run of the objective (a batch of an evaluation) or of its gradients.
 * @returns seconds
 */
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

/**
 * A whole run: its steps, its evaluations, and the compilation of their programs, which every evaluation and the step after
 * it repeat (see `Trainer.evaluate`). Loading, checkpoints and generated answers are not counted.
 * @returns seconds
 */
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
