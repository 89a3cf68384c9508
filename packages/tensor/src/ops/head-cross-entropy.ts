/**
 * The output head fused with cross-entropy, so that the (N, V) logits never exist at once: they are made,
 * used and dropped in chunks of rows.
 *
 * The loss is a sum, so its gradient by the logits, softmax minus one-hot times the row's weight, is known
 * while a chunk's logits still exist. The operation therefore hands out loss and gradients together, and
 * the gradient rule only scales them. In a program that is not differentiated the gradients are UNUSED and
 * cost nothing.
 */
import type { Operation } from '../operation.js';
import { formatShape, sameShape } from '../shape.js';
import { ShapeError, TensorError } from '../tensor-error.js';
import { emit, isOne, type Tensor } from '../trace.js';
import { expectF32 } from './expect-f32.js';
import { expectRow } from './gather.js';
import { mul } from './mul.js';

export type HeadCrossEntropyAttributes = {
  /** Rows of logits that exist at once. */
  readonly chunkRows: number;
};

export const headCrossEntropyOperation: Operation<HeadCrossEntropyAttributes> = {
  name: 'headCrossEntropy',

  outputTypes([hidden, weight, labels, weights]) {
    for (const input of [hidden!, weight!, weights!]) {
      expectF32('headCrossEntropy', input);
    }
    if (hidden!.shape.length !== 2 || weight!.shape.length !== 2 || hidden!.shape[1] !== weight!.shape[1]) {
      throw new ShapeError(
        `headCrossEntropy: expected hidden (N, C) and weight (V, C), got ${formatShape(hidden!.shape)} and ${formatShape(weight!.shape)}`,
      );
    }
    const rows = [hidden!.shape[0]!];
    if (labels!.dtype !== 'i32' || !sameShape(labels!.shape, rows) || !sameShape(weights!.shape, rows)) {
      throw new ShapeError(
        `headCrossEntropy: expected i32 labels (N) and weights (N) with N = ${rows[0]}, got ${labels!.dtype} ${formatShape(labels!.shape)} and ${formatShape(weights!.shape)}`,
      );
    }
    return [
      { dtype: 'f32', shape: [] },
      { dtype: 'f32', shape: hidden!.shape },
      { dtype: 'f32', shape: weight!.shape },
      { dtype: 'f32', shape: [] },
    ];
  },

  gradient({ outputs: [, dHidden, dWeight], outputGradients: [g, second, third], wanted }) {
    if (second !== undefined || third !== undefined) {
      throw new TensorError(
        'headCrossEntropy: expected to be differentiated once, got a gradient of its gradients',
      );
    }
    if (g === undefined) {
      return []; // `correct` is a count: its gradient is 0.
    }
    // The loss itself is usually what is differentiated; then g is 1, and nothing of size (V, C) is multiplied.
    const scale = (gradient: Tensor) => (isOne(g) ? gradient : mul(gradient, g));
    return [wanted[0] ? scale(dHidden!) : undefined, wanted[1] ? scale(dWeight!) : undefined];
  },

  reference({ inputs: [hidden, weight, labels, weights], inputTypes: [hiddenType, weightType] }) {
    const [n, c] = hiddenType!.shape as [number, number];
    const v = weightType!.shape[0]!;
    const dHidden = new Float64Array(n * c);
    const dWeight = new Float64Array(v * c);
    const logits = new Float64Array(v);
    let loss = 0;
    let correct = 0;
    for (let row = 0; row < n; row++) {
      const rowWeight = weights![row]!;
      if (rowWeight === 0) {
        continue;
      }
      let best = 0;
      for (let token = 0; token < v; token++) {
        let logit = 0;
        for (let i = 0; i < c; i++) {
          logit += hidden![row * c + i]! * weight![token * c + i]!;
        }
        logits[token] = logit;
        if (logit > logits[best]!) {
          best = token;
        }
      }
      const max = logits[best]!;
      let sum = 0;
      for (let token = 0; token < v; token++) {
        sum += Math.exp(logits[token]! - max);
      }
      const label = labels![row]!;
      expectRow('headCrossEntropy', label, v);
      loss += rowWeight * (max + Math.log(sum) - logits[label]!);
      correct += best === label ? 1 : 0;
      for (let token = 0; token < v; token++) {
        const probability = Math.exp(logits[token]! - max) / sum;
        const gradient = rowWeight * (probability - (token === label ? 1 : 0));
        for (let i = 0; i < c; i++) {
          dHidden[row * c + i]! += gradient * weight![token * c + i]!;
          dWeight[token * c + i]! += gradient * hidden![row * c + i]!;
        }
      }
    }
    return [Float64Array.of(loss), dHidden, dWeight, Float64Array.of(correct)];
  },
};

/**
 * Most rows of a chunk. Every chunk reads the head and adds to its gradient once more: at 49,152 x 576 a step with all of
 * 512 positions supervised takes as long in chunks of 171 or 256 rows as in one, and 8 % longer in chunks of 128.
 */
const CHUNK_ROWS = 192;

/** Logits that are no burden whatever the model: 16 MB. */
const FEW_LOGITS = 2 ** 22;

/** Rows in chunks of one size. */
function evenChunk(rows = 1, vocabSize = 1): number {
  const chunks = Math.ceil(rows / Math.max(CHUNK_ROWS, FEW_LOGITS / vocabSize));
  return Math.ceil(rows / chunks);
}

/**
 * Weighted cross-entropy of the rows' next tokens under the head, summed.
 * @param hidden (N, C) final hidden states of the supervised positions; rows of weight 0 are padding
 * @param weight (V, C) the head (or the tied embedding)
 * @param labels (N) i32, already shifted; every entry is a real token id (any id where the weight is 0)
 * @param weights (N) >= 0, already divided by the step's denominator
 * @returns `loss`: scalar, nats, sum of weight times negative log-likelihood. `correct`: scalar, number of
 *   rows of positive weight whose most likely token (the first of equals) is the label
 * @throws {ShapeError} if the sizes do not agree
 * @see InstructGPT (Ouyang et al., 2022), section 3.5
 */
export function headCrossEntropy(
  hidden: Tensor,
  weight: Tensor,
  labels: Tensor,
  weights: Tensor,
  { chunkRows = evenChunk(hidden.shape[0], weight.shape[0]) }: Partial<HeadCrossEntropyAttributes> = {},
): { readonly loss: Tensor; readonly correct: Tensor } {
  const [loss, , , correct] = emit(headCrossEntropyOperation, [hidden, weight, labels, weights], {
    chunkRows,
  });
  return { loss: loss!, correct: correct! };
}
