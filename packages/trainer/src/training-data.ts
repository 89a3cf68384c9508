import type { Batch } from '@sftkit/masking';

/**
 * The data of a run, already divided into optimizer steps. `batches` is a pure function of its arguments: the
 * trainer's place in the data is its step, and a resumed run computes the same batches again.
 */
export interface TrainingData {
  /** Updates in an epoch, the same in every epoch. */
  readonly stepsPerEpoch: number;
  /** The micro-batches of a step of an epoch, both counted from 0. All batches have one shape. */
  batches(epoch: number, step: number): readonly Batch[];
}
