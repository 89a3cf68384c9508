/**
 * Byte-pair encoding, the learning half: again and again the most frequent pair of neighbouring symbols
 * becomes a symbol. See Sennrich et al. (2016), section 3.2. Counts are kept up to date word by word, so a
 * merge costs what it changes, not a pass over the text.
 */
import { PairQueue } from './pair-queue.js';

/** One word of the corpus: its symbols, which shrink as pairs merge, and how often it occurs. */
export interface CountedWord {
  symbols: number[];
  readonly count: number;
}

export interface Merge {
  readonly left: number;
  readonly right: number;
}

interface PairCount {
  count: number;
  /** Indices of the words that hold, or held, the pair. */
  readonly words: Set<number>;
}

/** Ids stay below it, so that a pair of them fits a double exactly. */
export const MAX_SYMBOLS = 2 ** 21;

/**
 * @param words their symbols are merged in place
 * @param firstId id of the first new symbol; merge i makes symbol firstId + i
 * @param count most merges to learn
 * @param minFrequency pairs that occur less often are left alone
 * @returns the merges, in the order in which they apply
 */
export function learnMerges(
  words: readonly CountedWord[],
  firstId: number,
  count: number,
  minFrequency: number,
): readonly Merge[] {
  const pairs = countPairs(words);
  const queue = new PairQueue();
  for (const [key, pair] of pairs) queue.push({ ...pairOf(key), count: pair.count });
  const merges: Merge[] = [];
  while (merges.length < count) {
    const next = queue.pop();
    if (next === undefined || next.count < minFrequency) break;
    const key = keyOf(next.left, next.right);
    const pair = pairs.get(key);
    if (pair === undefined) continue;
    if (pair.count !== next.count) {
      // Out of date: it waits again with the count it has now.
      if (pair.count > 0) queue.push({ ...next, count: pair.count });
      continue;
    }
    const merged = firstId + merges.length;
    merges.push({ left: next.left, right: next.right });
    const grown = new Set<number>();
    for (const index of pair.words) {
      mergeInWord(words[index]!, next, merged, (changed, by) => {
        const entry = pairs.get(changed) ?? { count: 0, words: new Set<number>() };
        entry.count += by;
        if (by > 0) {
          entry.words.add(index);
          grown.add(changed);
        }
        pairs.set(changed, entry);
      });
    }
    pairs.delete(key);
    for (const changed of grown) {
      const entry = pairs.get(changed);
      if (entry && entry.count > 0) queue.push({ ...pairOf(changed), count: entry.count });
    }
  }
  return merges;
}

function countPairs(words: readonly CountedWord[]): Map<number, PairCount> {
  const pairs = new Map<number, PairCount>();
  words.forEach(({ symbols, count }, index) => {
    for (let i = 1; i < symbols.length; i++) {
      const key = keyOf(symbols[i - 1]!, symbols[i]!);
      const pair = pairs.get(key) ?? { count: 0, words: new Set<number>() };
      pair.count += count;
      pair.words.add(index);
      pairs.set(key, pair);
    }
  });
  return pairs;
}

/** Merges from left to right, and tells which pairs went (negative) and came (positive). */
function mergeInWord(
  word: CountedWord,
  { left, right }: Merge,
  merged: number,
  change: (key: number, by: number) => void,
): void {
  const before = word.symbols;
  const after: number[] = [];
  for (let i = 0; i < before.length; i++) {
    if (before[i] === left && before[i + 1] === right) {
      after.push(merged);
      i++;
    } else {
      after.push(before[i]!);
    }
  }
  if (after.length === before.length) return;
  for (let i = 1; i < before.length; i++) change(keyOf(before[i - 1]!, before[i]!), -word.count);
  for (let i = 1; i < after.length; i++) change(keyOf(after[i - 1]!, after[i]!), word.count);
  word.symbols = after;
}

function keyOf(left: number, right: number): number {
  return left * MAX_SYMBOLS + right;
}

function pairOf(key: number): Merge {
  return { left: Math.floor(key / MAX_SYMBOLS), right: key % MAX_SYMBOLS };
}
