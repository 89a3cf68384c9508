/**
 * Normalizers with alignment: NFC and its kin, Lowercase, Strip, Prepend, Replace, Sequence. Same text as the
 * Rust library gives; the map to the original is our own, and wider where characters were joined.
 */
import {
  type AlignedText,
  prependText,
  type Replacement,
  replaceRanges,
  sliceAligned,
} from './aligned-text.js';
import { compilePattern, searched } from './compile-pattern.js';
import { TokenizationError } from './tokenization-error.js';
import { type Component, describe, readSequence } from './tokenizer-json.js';
import { normalizeUnicode } from './unicode-normalization.js';

/**
 * @param continued the text goes on where other text was cut off: what is written or taken at the beginning of a
 * text (a prefix, leading spaces) is left alone
 */
export type Normalizer = (text: AlignedText, continued: boolean) => AlignedText;

/**
 * @throws {TokenizationError} for a normalizer that this package cannot align
 */
export function compileNormalizer(component: Component | undefined): Normalizer {
  if (component === undefined) return (text) => text;
  switch (component.type) {
    case 'Sequence': {
      const steps = readSequence(component, 'normalizers').map(compileNormalizer);
      return (text, continued) => steps.reduce((current, step) => step(current, continued), text);
    }
    case 'NFC':
    case 'NFD':
    case 'NFKC':
    case 'NFKD': {
      const form = component.type;
      return (text) => normalizeUnicode(text, form);
    }
    case 'Lowercase':
      return lowercase;
    case 'Strip':
      return (text, continued) =>
        strip(text, component.strip_left === true && !continued, component.strip_right === true);
    case 'Prepend':
      return compilePrepend(component);
    case 'Replace':
      return compileReplace(component);
    default:
      throw new TokenizationError(
        `tokenizer.json: normalizer: expected NFC, NFD, NFKC, NFKD, Lowercase, Strip, Prepend, Replace or ` +
          `Sequence, got ${describe(component.type)}; offsets through other normalizers are not supported`,
      );
  }
}

function compilePrepend(component: Component): Normalizer {
  const prefix = readContent(component, 'prepend');
  return (text, continued) => (continued ? text : prependText(text, prefix));
}

function compileReplace(component: Component): Normalizer {
  const content = readContent(component, 'content');
  const pattern = compilePattern(component.pattern);
  const literal = (component.pattern as { String?: string }).String;
  if (literal?.length === 1 && content.length === 1) {
    // One code unit for one: every character still stands where it stood.
    return (text) => ({ ...text, text: text.text.replaceAll(literal, () => content) });
  }
  return (text) => {
    const replacements = searched(text.text, () =>
      Array.from(text.text.matchAll(pattern), ({ 0: match, index }): Replacement => {
        return { start: index, end: index + match.length, text: content };
      }),
    );
    return replaceRanges(text, replacements);
  };
}

function readContent(component: Component, key: string): string {
  const value = component[key];
  if (typeof value === 'string') return value;
  throw new TokenizationError(
    `tokenizer.json: normalizer: ${component.type} needs "${key}" (text), got ${describe(value)}`,
  );
}

function lowercase(source: AlignedText): AlignedText {
  const replacements: Replacement[] = [];
  let start = 0;
  // Character by character, as the Rust library does: a final sigma becomes σ, not ς.
  for (const character of source.text) {
    const lowered = character.toLowerCase();
    const end = start + character.length;
    if (lowered !== character) replacements.push({ start, end, text: lowered });
    start = end;
  }
  return replaceRanges(source, replacements);
}

function strip(source: AlignedText, left: boolean, right: boolean): AlignedText {
  const start = left ? source.text.match(/^\p{White_Space}*/u)![0].length : 0;
  const end = right ? source.text.length - trailingWhitespace(source.text) : source.text.length;
  return sliceAligned(source, start, Math.max(start, end));
}

function trailingWhitespace(text: string): number {
  let count = 0;
  while (count < text.length && /\p{White_Space}/u.test(text[text.length - 1 - count]!)) count++;
  return count;
}
