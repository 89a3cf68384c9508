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
  const borders = [0, length];
  for (const { start, end } of weighted) borders.push(start, end);
  for (const { start, end } of generation) borders.push(start, end);
  borders.sort((a, b) => a - b);
  const indices = new Map(borders.map((border, index) => [border, index]));
  const weights = new Float64Array(borders.length);
  const turns = new Int32Array(borders.length).fill(-1);
  for (const { start, end, weight } of weighted) weights.fill(weight, indices.get(start), indices.get(end));
  for (const { start, end, message } of generation) turns.fill(message, indices.get(start), indices.get(end));
  const stretches: Stretch[] = [];
  for (let i = 1; i < borders.length; i++) {
    const start = borders[i - 1]!;
    const end = borders[i]!;
    if (start === end) continue;
    // Of borders at one place, the last one stands for what begins there.
    const weight = weights[i - 1]!;
    const turn = turns[i - 1]! < 0 ? undefined : turns[i - 1];
    const last = stretches.at(-1);
    if (last?.weight !== weight || last.turn !== turn) stretches.push({ start, end, weight, turn });
    else stretches[stretches.length - 1] = { ...last, end };
  }
  return stretches;
}
