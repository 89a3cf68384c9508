import type { Batch } from '@sftkit/masking';

/**
 * The data of a run, already divided into optimizer steps. `epoch` is a pure function of the epoch's number:
 * the trainer's place in the data is its step, and a resumed run computes the same batches again.
 */
export interface TrainingData {
  /** Updates in an epoch, the same in every epoch. */
  readonly stepsPerEpoch: number;
  /** The micro-batches of each step of an epoch (from 0). All batches have one shape. */
  epoch(epoch: number): readonly (readonly Batch[])[];
}
