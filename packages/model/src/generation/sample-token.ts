import { uniformAt } from '../counter-random.js';
import { ModelError } from '../model-error.js';

export interface SamplingOptions {
  /** 0: always the most likely token. */
  readonly temperature: number;
  /** Draw from the fewest most likely tokens whose probabilities sum to at least this; 1: from all. */
  readonly topP: number;
  readonly seed: number;
}

/** Stream of the counter-based generator that sampling draws from. */
const STREAM = 0;

/**
 * The next token under its logits.
 * @param logits (V)
 * @param step number of the new token; the draw depends on (seed, step) alone
 * @throws {ModelError} if a logit is NaN
 * @see Holtzman et al., 2020, "The Curious Case of Neural Text Degeneration" (top-p)
 */
export function sampleToken(
  logits: ArrayLike<number>,
  step: number,
  { temperature, topP, seed }: SamplingOptions,
): number {
  const best = mostLikely(logits);
  if (temperature === 0) {
    return best;
  }
  const probabilities = Float64Array.from(logits, (logit) => Math.exp((logit - logits[best]!) / temperature));
  const total = probabilities.reduce((sum, value) => sum + value, 0);
  const candidates = topP < 1 ? nucleus(probabilities, topP * total) : Array.from(probabilities.keys());
  const mass = candidates.reduce((sum, id) => sum + probabilities[id]!, 0);
  let rest = uniformAt(seed, STREAM, step) * mass;
  for (const id of candidates) {
    rest -= probabilities[id]!;
    if (rest < 0) {
      return id;
    }
  }
  return best; // rounding used up the draw on the last candidate
}

/** The first of equals. */
function mostLikely(logits: ArrayLike<number>): number {
  let best = 0;
  for (let id = 0; id < logits.length; id++) {
    if (Number.isNaN(logits[id])) {
      throw new ModelError(
        `generate: the logit of token ${id} is NaN; the weights are damaged or training diverged`,
      );
    }
    if (logits[id]! > logits[best]!) {
      best = id;
    }
  }
  return best;
}

/** Most likely tokens first, equals by id, until their sum reaches `mass`. */
function nucleus(probabilities: Float64Array, mass: number): number[] {
  const byProbability = Array.from(probabilities.keys()).sort(
    (a, b) => probabilities[b]! - probabilities[a]! || a - b,
  );
  let sum = 0;
  const size = byProbability.findIndex((id) => {
    sum += probabilities[id]!;
    return sum >= mass;
  });
  return size === -1 ? byProbability : byProbability.slice(0, size + 1);
}
