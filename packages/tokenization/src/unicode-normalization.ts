/**
 * Unicode normalization forms with alignment. The text is cut where normalization cannot reach across: before
 * each character that neither combines with what stands before it nor decomposes into something that does.
 * Each piece that changes stands for its whole range.
 */
import { type AlignedText, type Replacement, replaceRanges } from './aligned-text.js';
import { searched } from './compile-pattern.js';
import { TokenizationError } from './tokenization-error.js';

export type NormalizationForm = 'NFC' | 'NFD' | 'NFKC' | 'NFKD';

// Marks combine with the character before them; so do the vowels and finals of Hangul (also as compatibility
// and halfwidth letters, under the K forms) and the halfwidth voicing marks of Katakana.
const CLUSTER =
  /[^\p{M}\u1160-\u11FF\u3131-\u318E\uFF9E-\uFFDC]?[\p{M}\u1160-\u11FF\u3131-\u318E\uFF9E-\uFFDC]*/gu;

/**
 * @throws {TokenizationError} if the pieces, normalized one by one, are not the normalized text
 */
export function normalizeUnicode(source: AlignedText, form: NormalizationForm): AlignedText {
  const whole = source.text.normalize(form);
  if (whole === source.text) return source;
  const result = replaceRanges(
    source,
    searched(source.text, () => changedClusters(source.text, form)),
  );
  if (result.text !== whole) {
    throw new TokenizationError(
      `normalize: expected ${form} of the text to be ${form} of its parts, got another text at character ` +
        `${firstDifference(result.text, whole)}; normalize the text before encoding it`,
    );
  }
  return result;
}

function changedClusters(text: string, form: NormalizationForm): Replacement[] {
  const replacements: Replacement[] = [];
  for (const { 0: cluster, index: start } of text.matchAll(CLUSTER)) {
    const normalized = cluster.normalize(form);
    if (normalized !== cluster) replacements.push({ start, end: start + cluster.length, text: normalized });
  }
  return replacements;
}

function firstDifference(a: string, b: string): number {
  let index = 0;
  while (a[index] === b[index]) index++;
  return index;
}
