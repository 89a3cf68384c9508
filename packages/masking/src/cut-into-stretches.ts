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
  const stretches: Stretch[] = [];
  for (let i = 1; i < borders.length; i++) {
    const start = borders[i - 1]!;
    const end = borders[i]!;
    if (start === end) continue;
    let weight = 0;
    for (const span of weighted) if (span.start <= start && start < span.end) weight = span.weight;
    let turn: number | undefined;
    for (const span of generation) if (span.start <= start && start < span.end) turn = span.message;
    const last = stretches.at(-1);
    if (last?.weight !== weight || last.turn !== turn) stretches.push({ start, end, weight, turn });
    else stretches[stretches.length - 1] = { ...last, end };
  }
  return stretches;
}
