/**
 * The objective as a program: hidden states of the supervised positions of the packed rows, and the head fused with
 * cross-entropy on them. A position without a target costs no logits, and in the last layer no more than its keys,
 * values and attention.
 *
 * The weights that are fed are already divided by what the whole optimizer step is divided by, so losses and
 * gradients of micro-batches simply add up: one sum, divided once.
 */
import type { Batch } from '@sftkit/masking';
import type { Branch, DecoderModel } from '@sftkit/model';
import {
  dropoutKey,
  f32,
  headCrossEntropy,
  i32,
  type NumericArray,
  type Program,
  type TensorType,
  trace,
} from '@sftkit/tensor';
import { checkRowOrder } from './check-row-order.js';
import { TrainerError } from './trainer-error.js';

/** Fixed sizes of a micro-batch. */
export interface MicroBatchShape {
  /** B */
  readonly rows: number;
  /** T */
  readonly length: number;
  /** N: supervised targets that a micro-batch can hold; see `supervisedCapacity`. */
  readonly capacity: number;
  /** Most tokens that a segment can have; absent: it may fill a row. Attention looks no further back. */
  readonly longestSegment?: number | undefined;
}

export interface ObjectiveOptions {
  /** (numLayers) residual dropout; absent: none, as in evaluation. */
  readonly dropout?: readonly number[] | undefined;
}

/**
 * Traces the loss of one micro-batch.
 *
 * Inputs: every parameter by its name; `inputIds`, `positions`, `segmentIds` i32 (B, T); `rows`, `labels`
 * i32 (N) and `weights` f32 (N), see `objectiveInputs`; a key `dropout/<site>` (8, 2) for each place that drops.
 * Outputs: `loss`, nats, weighted sum; `correct`, the number of supervised tokens that are the likeliest.
 * @throws {ModelError} if T is above the model's context
 */
export function objectiveProgram(
  model: DecoderModel,
  { rows, length, capacity, longestSegment }: MicroBatchShape,
  { dropout }: ObjectiveOptions = {},
): Program {
  const inputs: Record<string, TensorType> = {
    ...Object.fromEntries(model.parameters.map(({ name, shape }) => [name, f32(...shape)])),
    inputIds: i32(rows, length),
    positions: i32(rows, length),
    segmentIds: i32(rows, length),
    rows: i32(capacity),
    labels: i32(capacity),
    weights: f32(capacity),
    ...Object.fromEntries(dropoutSites(dropout).map((site) => [dropoutInput(site), f32(8, 2)])),
  };
  return trace(inputs, (tensors) => {
    const { inputIds, positions, segmentIds } = tensors;
    const supervised = model.hidden(
      tensors,
      { inputIds: inputIds!, positions: positions!, segmentIds: segmentIds! },
      {
        longestSegment,
        wanted: tensors.rows!,
        dropout: dropout && {
          rates: dropout,
          key: (layer, branch) => tensors[dropoutInput(siteOf(layer, branch))]!,
        },
      },
    ); // (N, C)
    return headCrossEntropy(supervised, model.head(tensors), tensors.labels!, tensors.weights!);
  });
}

/**
 * What one micro-batch feeds to `objectiveProgram`, parameters and dropout keys apart. Unused slots of the N
 * have weight 0, which gives them no loss and no gradient.
 * @param divisor sum of the weights of the whole optimizer step; 1 leaves the sum undivided
 * @throws {TrainerError} if the batch has another shape, more targets than the capacity, or a segment out of order or too long
 */
export function objectiveInputs(
  batch: Batch,
  { rows, length, capacity, longestSegment }: MicroBatchShape,
  divisor: number,
): Record<string, NumericArray> {
  if (batch.rows !== rows || batch.length !== length) {
    throw new TrainerError(
      `batch: expected (${rows}, ${length}), got (${batch.rows}, ${batch.length}); all batches of a run have one shape`,
    );
  }
  checkRowOrder(batch, longestSegment);
  const supervisedRows = new Int32Array(capacity);
  const labels = new Int32Array(capacity);
  const weights = new Float32Array(capacity);
  let count = 0;
  for (let position = 0; position < rows * length; position++) {
    // Every id is >= 0; IGNORE_INDEX is not.
    if (batch.targets[position]! < 0) continue;
    if (count < capacity) {
      supervisedRows[count] = position;
      labels[count] = batch.targets[position]!;
      weights[count] = batch.weights[position]! / divisor;
    }
    count += 1;
  }
  if (count > capacity) {
    throw new TrainerError(
      `batch: expected at most ${capacity} supervised tokens, got ${count}; give the trainer the capacity of its fullest micro-batch`,
    );
  }
  const { inputIds, positions, segmentIds } = batch;
  return { inputIds, positions, segmentIds, rows: supervisedRows, labels, weights };
}

/** Fresh dropout keys of one micro-batch: a function of (seed, step, micro-batch, place) alone. */
export function dropoutInputs(
  dropout: readonly number[] | undefined,
  { seed, step, microBatch }: { seed: number; step: number; microBatch: number },
): Record<string, Float32Array> {
  const sitesPerMicroBatch = 2 * (dropout?.length ?? 0);
  return Object.fromEntries(
    dropoutSites(dropout).map((site) => [
      dropoutInput(site),
      dropoutKey(seed, step, microBatch * sitesPerMicroBatch + site),
    ]),
  );
}

/** N for micro-batches of at most this many targets, rounded up a little so that runs share a program. */
export function supervisedCapacity(
  maxSupervised: number,
  { rows, length }: { rows: number; length: number },
): number {
  return Math.min(rows * length, Math.max(32, Math.ceil(maxSupervised / 32) * 32));
}

function siteOf(layer: number, branch: Branch): number {
  return 2 * layer + (branch === 'attention' ? 0 : 1);
}

/** Places whose rate is not 0, in order. */
function dropoutSites(dropout: readonly number[] = []): number[] {
  return dropout.flatMap((rate, layer) =>
    rate > 0 ? [siteOf(layer, 'attention'), siteOf(layer, 'feedForward')] : [],
  );
}

function dropoutInput(site: number): string {
  return `dropout/${site}`;
}
