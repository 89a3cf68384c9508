import type { GenerationSpan } from '@sftkit/templates';
import type { WeightedSpan } from './supervised-spans.js';

/** Neighbouring characters of one weight, generated in one turn. */
export interface Stretch extends WeightedSpan {
  /** Index of the message that they belong to; undefined where nobody generates. */
  readonly turn: number | undefined;
}

/**
 * A text cut wherever the weight or the turn changes. The few stretches of a conversation cost less than arrays that
 * hold both for every character.
 * @param length of the text, which holds all spans
 * @param weighted in the order in which they apply; what lies in none weighs 0
 * @returns from the beginning of the text to its end, none empty
 */
export function cutIntoStretches(
  length: number,
  weighted: readonly WeightedSpan[],
  generation: readonly GenerationSpan[],
): Stretch[] {
  const borders = new Int32Array(2 + 2 * (weighted.length + generation.length));
  borders[1] = length;
  let count = 2;
  for (const spans of [weighted, generation]) {
    for (const { start, end } of spans) {
      borders[count] = start;
      borders[count + 1] = end;
      count += 2;
    }
  }
  borders.sort();
  // Of borders at one place, the last one stands for what begins there.
  const indexOf = (border: number): number => lastIndexOf(borders, border);
  const weights = new Float64Array(borders.length);
  const turns = new Int32Array(borders.length).fill(-1);
  for (const { start, end, weight } of weighted) weights.fill(weight, indexOf(start), indexOf(end));
  for (const { start, end, message } of generation) turns.fill(message, indexOf(start), indexOf(end));
  const stretches: Stretch[] = [];
  for (let i = 1; i < borders.length; i++) {
    const start = borders[i - 1]!;
    const end = borders[i]!;
    if (start === end) continue;
    const weight = weights[i - 1]!;
    const turn = turns[i - 1]! < 0 ? undefined : turns[i - 1];
    const last = stretches.at(-1);
    if (last?.weight !== weight || last.turn !== turn) stretches.push({ start, end, weight, turn });
    else stretches[stretches.length - 1] = { ...last, end };
  }
  return stretches;
}

/** Where a number stands last in a list in order. */
function lastIndexOf(ordered: Int32Array, wanted: number): number {
  let low = 0;
  let high = ordered.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >>> 1;
    if (ordered[middle]! <= wanted) low = middle;
    else high = middle - 1;
  }
  return low;
}
