/** Label of a token that the loss must not see, the field's convention. */
export const IGNORE_INDEX = -100;

/**
 * One example as tokens. `labels` and `weights` are aligned with `inputIds` (the convention of Hugging
 * Face): entry t speaks of token t itself. The shift to "position t predicts token t + 1" happens once, in
 * `toBatch`, and its result has another name (`Batch.targets`) so that the two can never be confused.
 */
export interface MaskedExample {
  /** (N) token ids. */
  readonly inputIds: Int32Array;
  /** (N) the token's own id where it is supervised, else IGNORE_INDEX. labels[0] is always IGNORE_INDEX. */
  readonly labels: Int32Array;
  /** (N) loss weight, 0 where the token is not supervised. */
  readonly weights: Float32Array;
  /** Number of supervised tokens. */
  readonly supervisedTokens: number;
}

/**
 * Packed rows of fixed shape (B, T), ready for a training step. Row-major.
 *
 * Position t of a row predicts token t + 1 of the same segment. The last token of a segment predicts
 * nothing: its target is IGNORE_INDEX and its weight 0. Padding has segment id -1.
 */
export interface Batch {
  readonly rows: number;
  readonly length: number;
  /** (B, T) */
  readonly inputIds: Int32Array;
  /** (B, T) restarts at 0 with each segment (and in padding). */
  readonly positions: Int32Array;
  /** (B, T) 0, 1, 2 ... within a row; -1 for padding. Tokens see only their own segment. */
  readonly segmentIds: Int32Array;
  /** (B, T) the NEXT token's id where that is supervised, else IGNORE_INDEX. */
  readonly targets: Int32Array;
  /** (B, T) loss weight of the target, 0 where there is none. */
  readonly weights: Float32Array;
  /** Number of targets that are not IGNORE_INDEX. */
  readonly supervisedTokens: number;
  /** Sum of `weights`: what the step's loss is divided by, summed over its micro-batches. */
  readonly supervisedWeight: number;
  /** Number of tokens that are not padding. */
  readonly totalTokens: number;
  /** Indices of the examples in this batch, in order of appearance. */
  readonly examples: readonly number[];
}
