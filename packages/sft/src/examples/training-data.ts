/**
 * Examples as optimizer steps. The order is a pure function of (seed, epoch), so a resumed run finds its place
 * by computing it again.
 */
import { type Batch, type MaskedExample, packRows, type Row, rowOrder, toBatch } from '@sftkit/masking';
import { supervisedCapacity, type TrainingData } from '@sftkit/trainer';

export interface StepOptions {
  /** T */
  readonly length: number;
  readonly packing: boolean;
  /** B, rows of a micro-batch. */
  readonly rows: number;
  /** Micro-batches of a step. */
  readonly accumulation: number;
  /** Examples of a step, in as many micro-batches as they fill; replaces `accumulation`. */
  readonly examples?: number | undefined;
  readonly seed: number;
}

export interface PlannedData extends TrainingData {
  /** Most supervised tokens in a micro-batch of the first `epochs` epochs; of very many epochs, a bound. */
  maxSupervised(epochs: number): number;
}

/** The rows of an epoch: for each step, for each of its micro-batches. */
type Plan = readonly (readonly (readonly Row[])[])[];

export function trainingData(examples: readonly MaskedExample[], options: StepOptions): PlannedData {
  const plan =
    options.examples === undefined
      ? planByRows(examples, options)
      : planByExamples(examples, options, options.examples);
  const { length, rows: batchRows } = options;
  let planned = { epoch: 0, steps: plan(0) };
  const stepsOf = (epoch: number): Plan => {
    if (planned.epoch !== epoch) planned = { epoch, steps: plan(epoch) };
    return planned.steps;
  };
  return {
    stepsPerEpoch: planned.steps.length,
    batches: (epoch, step) =>
      stepsOf(epoch)[step]!.map((rows) => batchOf(examples, rows, { length, batchRows })),
    maxSupervised: (epochs) => {
      if (epochs * examples.length > MOST_VISITS) return mostInAnyRows(examples, options);
      let most = 0;
      for (let epoch = 0; epoch < epochs; epoch++) {
        for (const rows of stepsOf(epoch).flat()) most = Math.max(most, supervisedIn(rows, examples));
      }
      return most;
    },
  };
}

/** Examples that are counted to find the fullest micro-batch: some seconds of work. Beyond, a bound will do. */
const MOST_VISITS = 2e6;

function supervisedIn(rows: readonly Row[], examples: readonly MaskedExample[]): number {
  let sum = 0;
  for (const row of rows) {
    for (const index of row.examples) sum += examples[index]!.supervisedTokens;
  }
  return sum;
}

/** What no micro-batch can have more of, whatever the order. */
function mostInAnyRows(examples: readonly MaskedExample[], options: StepOptions): number {
  const { length, packing, rows: batchRows } = options;
  // Rows of a step's own examples may be fuller than those of all examples, but never longer than a row.
  if (options.examples !== undefined) return batchRows * length;
  return packRows(examples, { length, packing })
    .map((row) => supervisedIn([row], examples))
    .sort((a, b) => b - a)
    .slice(0, batchRows)
    .reduce((sum, count) => sum + count, 0);
}

/** A step is so many rows: all examples are packed once, and the rows are shuffled. */
function planByRows(
  examples: readonly MaskedExample[],
  { length, packing, rows: batchRows, accumulation, seed }: StepOptions,
): (epoch: number) => Plan {
  const rows = packRows(examples, { length, packing });
  return (epoch) => {
    const ordered = Array.from(rowOrder(rows.length, { seed, epoch }), (index) => rows[index]!);
    return chunks(chunks(ordered, batchRows), accumulation);
  };
}

/** A step is so many examples, as the papers count: the examples are shuffled, and each step is packed by itself. */
function planByExamples(
  examples: readonly MaskedExample[],
  { length, packing, rows: batchRows, seed }: StepOptions,
  perStep: number,
): (epoch: number) => Plan {
  return (epoch) => {
    const order = Array.from(rowOrder(examples.length, { seed, epoch }));
    return chunks(order, perStep).map((indices) => {
      const rows = packRows(
        indices.map((index) => examples[index]!),
        { length, packing },
      );
      const ofAll = rows.map((row) => ({ ...row, examples: row.examples.map((index) => indices[index]!) }));
      return chunks(ofAll, batchRows);
    });
  };
}

/** Batches in a fixed order. Each is made when it is its turn: all of them would take several times the examples' memory. */
export interface EvaluationData {
  readonly batches: Iterable<Batch> & { readonly length: number };
  /** Supervised tokens of the fullest batch, as a program is compiled for. */
  readonly capacity: number;
  /** Tokens of the longest example. */
  readonly longestSegment: number;
}

export function evaluationBatches(
  examples: readonly MaskedExample[],
  { length, packing, rows: batchRows }: Pick<StepOptions, 'length' | 'packing' | 'rows'>,
): EvaluationData {
  const all = chunks(packRows(examples, { length, packing }), batchRows);
  const most = all.reduce((max, rows) => Math.max(max, supervisedIn(rows, examples)), 0);
  return {
    batches: {
      length: all.length,
      *[Symbol.iterator]() {
        for (const rows of all) yield batchOf(examples, rows, { length, batchRows });
      },
    },
    capacity: supervisedCapacity(most, { rows: batchRows, length }),
    longestSegment: longestExample(examples),
  };
}

/** `toBatch` looks at the arrays of an example again and again, and a compact one makes new ones each time. */
function batchOf(
  examples: readonly MaskedExample[],
  rows: readonly Row[],
  options: { readonly length: number; readonly batchRows: number },
): Batch {
  const order = rows.flatMap((row) => row.examples);
  const ofBatch = order.map((index) => {
    const { inputIds, labels, weights, supervisedTokens } = examples[index]!;
    return { inputIds, labels, weights, supervisedTokens };
  });
  let at = 0;
  const ownRows = rows.map((row) => ({ ...row, examples: row.examples.map(() => at++) }));
  return { ...toBatch(ofBatch, ownRows, options), examples: order };
}

/** Tokens of the longest; 0 where there is none. */
export function longestExample(examples: readonly MaskedExample[]): number {
  return examples.reduce((most, { inputIds }) => Math.max(most, inputIds.length), 0);
}

function chunks<T>(items: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, at) =>
    items.slice(at * size, (at + 1) * size),
  );
}
