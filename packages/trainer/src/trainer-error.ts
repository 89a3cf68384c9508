/** Base of every error this package raises; the message says what was expected, found, where, and what to do. */
export class TrainerError extends Error {
  override readonly name: string = 'TrainerError';
}

/** A loss or a gradient that is NaN or infinite. Raised before the update: the parameters are the last good ones. */
export class NonFiniteError extends TrainerError {
  override readonly name = 'NonFiniteError';
  /** Number of the step that failed; the first step is 1. */
  readonly step: number;
  /** First tensor that is not finite: a parameter, a gradient (`gradient/<name>`), or `loss`. */
  readonly tensor: string;
  /** Indices of the step's examples. */
  readonly examples: readonly number[];

  constructor({ step, tensor, examples }: { step: number; tensor: string; examples: readonly number[] }) {
    const shown =
      examples.slice(0, 8).join(', ') + (examples.length > 8 ? `, … (${examples.length} in all)` : '');
    super(
      `step ${step}: ${tensor} is not finite, on the batch of examples ${shown}; ` +
        'the step was not applied; look at these examples, or lower the learning rate or the clipping norm',
    );
    this.step = step;
    this.tensor = tensor;
    this.examples = examples;
  }
}

/** A checkpoint that is missing, damaged, of another run, or that could not be written. */
export class CheckpointError extends TrainerError {
  override readonly name = 'CheckpointError';
}
