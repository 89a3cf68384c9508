import type { DecoderModel } from '@sftkit/model';
import { checkpointBlocks, f32, type Program, type TensorType } from '@sftkit/tensor';
import { accumulatingProgram, gradientName, gradientProgram } from './gradient-programs.js';
import { type MicroBatchShape, objectiveProgram } from './objective.js';
import { type AdamWOptions, squaresProgram, updateProgram, zerosProgram } from './optimizer-programs.js';

/** Everything that a training run executes. Plain data: its memory can be planned before anything runs. */
export interface TrainingPrograms {
  /** Loss and gradients of a step that is one micro-batch. */
  readonly gradients: Program;
  /** Gradients of 0: where a step of several micro-batches begins. */
  readonly zeros: Program;
  /** Loss, and gradients added to those so far, of each of several micro-batches. */
  readonly accumulate: Program;
  /** Sum of squares of every gradient. */
  readonly squares: Program;
  /** The update, in place. */
  readonly update: Program;
}

export interface TrainingProgramsOptions extends AdamWOptions {
  /** (numLayers) residual dropout; absent: none. */
  readonly dropout?: readonly number[] | undefined;
  /**
   * block: a layer's values between its input and its output are not kept for the backward pass but computed again. The
   * same bits for less memory and more time. Default: none.
   */
  readonly activationCheckpointing?: ActivationCheckpointing | undefined;
}

export type ActivationCheckpointing = 'none' | 'block';

export function trainingPrograms(
  model: DecoderModel,
  shape: MicroBatchShape,
  { dropout, activationCheckpointing = 'none', ...adamW }: TrainingProgramsOptions,
): TrainingPrograms {
  const names = model.parameters.map(({ name }) => name);
  const keeping = gradientProgram(objectiveProgram(model, shape, { dropout }), names);
  const gradients = activationCheckpointing === 'block' ? checkpointBlocks(keeping) : keeping;
  return {
    gradients,
    zeros: zerosProgram(gradientTypes(model)),
    accumulate: accumulatingProgram(gradients, names),
    squares: squaresProgram(gradientTypes(model)),
    update: updateProgram(model.parameters, adamW),
  };
}

/** Types of the gradients by name, `gradient/<parameter>`, in the parameters' order. */
export function gradientTypes(model: DecoderModel): Record<string, TensorType> {
  return Object.fromEntries(model.parameters.map(({ name, shape }) => [gradientName(name), f32(...shape)]));
}
