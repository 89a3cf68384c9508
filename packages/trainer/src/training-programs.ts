import type { DecoderModel } from '@sftkit/model';
import { f32, type Program, type TensorType } from '@sftkit/tensor';
import { accumulatingProgram, gradientName, gradientProgram } from './gradient-programs.js';
import { type MicroBatchShape, objectiveProgram } from './objective.js';
import { type AdamWOptions, squaresProgram, updateProgram } from './optimizer-programs.js';

/** Everything that a training run executes. Plain data: its memory can be planned before anything runs. */
export interface TrainingPrograms {
  /** Loss and gradients of the first micro-batch of a step. */
  readonly gradients: Program;
  /** Loss, and gradients added to those so far, of the micro-batches after the first. */
  readonly accumulate: Program;
  /** Sum of squares of every gradient. */
  readonly squares: Program;
  /** The update, in place. */
  readonly update: Program;
}

export interface TrainingProgramsOptions extends AdamWOptions {
  /** (numLayers) residual dropout; absent: none. */
  readonly dropout?: readonly number[] | undefined;
}

export function trainingPrograms(
  model: DecoderModel,
  shape: MicroBatchShape,
  { dropout, ...adamW }: TrainingProgramsOptions,
): TrainingPrograms {
  const names = model.parameters.map(({ name }) => name);
  const gradients = gradientProgram(objectiveProgram(model, shape, { dropout }), names);
  return {
    gradients,
    accumulate: accumulatingProgram(gradients, names),
    squares: squaresProgram(gradientTypes(model)),
    update: updateProgram(model.parameters, adamW),
  };
}

/** Types of the gradients by name, `gradient/<parameter>`, in the parameters' order. */
export function gradientTypes(model: DecoderModel): Record<string, TensorType> {
  return Object.fromEntries(model.parameters.map(({ name, shape }) => [gradientName(name), f32(...shape)]));
}
