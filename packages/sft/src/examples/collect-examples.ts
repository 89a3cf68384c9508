/** What a run keeps of its examples while they are read and prepared: tokens of all, and a few as they were read. */
import type { Example } from '@sftkit/data';
import { type FitExamplesOptions, type FittedExamples, fitExamples } from '@sftkit/masking';
import { ConversationKinds } from '../verify/conversation-kinds.js';
import { DataFindings } from '../verify/data-findings.js';
import type { CompactExample } from './compact-example.js';
import { fitCompact } from './fit-compact.js';
import { isRefusal, type PreparationResult, type PreparedChunk } from './prepare-here.js';
import type { Refusal } from './refusal.js';

/** An example, and the side of the split that it is on. */
export interface SplitExample {
  readonly example: Example;
  readonly isHeldOut: boolean;
}

export interface CollectOptions extends Required<FitExamplesOptions> {
  /** Held-out examples that are kept as they were read, at least one. */
  readonly asked: number;
}

export interface CollectedExamples {
  readonly train: FittedExamples<CompactExample>;
  readonly heldOut: FittedExamples<CompactExample>;
  /** The first kept ones as they were read: one to train on, and as many held-out ones as will be asked. */
  readonly firstKept: { readonly train: readonly Example[]; readonly heldOut: readonly Example[] };
  /** Of both sides, those to train on first; so are the findings. */
  readonly refused: readonly Refusal[];
  readonly findings: DataFindings;
  readonly kinds: ConversationKinds;
}

/**
 * @param chunks in the order of the data
 * @throws {MaskingError} at the first overlong example, if `overlong` is `error`
 */
export async function collectExamples(
  chunks: AsyncIterable<PreparedChunk<SplitExample>>,
  { asked, ...fit }: CollectOptions,
): Promise<CollectedExamples> {
  const kinds = new ConversationKinds();
  const train = new Side(1, fit);
  const heldOut = new Side(Math.max(1, asked), fit);
  for await (const { items, results } of chunks) {
    for (const [at, { example, isHeldOut }] of items.entries()) {
      kinds.add(example);
      (isHeldOut ? heldOut : train).add(example, results[at]!);
    }
  }
  const findings = new DataFindings();
  findings.append(train.findings);
  findings.append(heldOut.findings);
  return {
    train: fitCompact(train.prepared, fit),
    heldOut: fitCompact(heldOut.prepared, fit),
    firstKept: { train: train.first, heldOut: heldOut.first },
    refused: [...train.refused, ...heldOut.refused],
    findings,
    kinds,
  };
}

class Side {
  readonly prepared: CompactExample[] = [];
  readonly refused: Refusal[] = [];
  readonly findings = new DataFindings();
  /** The first ones that are kept. */
  readonly first: Example[] = [];
  readonly #most: number;
  readonly #fit: FitExamplesOptions;

  /** @param most examples in `first` */
  constructor(most: number, fit: FitExamplesOptions) {
    this.#most = most;
    // An overlong example is an error only after all are prepared.
    this.#fit = fit.overlong === 'error' ? { ...fit, overlong: 'drop' } : fit;
  }

  add(example: Example, result: PreparationResult): void {
    if (isRefusal(result)) {
      this.refused.push(result);
      return;
    }
    this.findings.add(result);
    this.prepared.push(result.withoutFindings());
    if (this.first.length < this.#most && fitExamples([result], this.#fit).kept.length > 0) {
      this.first.push(example);
    }
  }
}
