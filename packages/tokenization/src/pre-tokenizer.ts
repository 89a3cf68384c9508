/**
 * Pre-tokenizers: how the normalized text is cut into pieces that the model encodes one by one. No token
 * crosses a cut, so a piece's encoding can be remembered.
 */
import { shortJson } from '@sftkit/json';
import { type AlignedText, originalStart, prependText } from './aligned-text.js';
import { compilePattern } from './compile-pattern.js';
import { type Splitter, splitAgain, splitAt, splitBehavior } from './split-pattern.js';
import { TokenizationError } from './tokenization-error.js';
import { type Component, describe, readSequence } from './tokenizer-json.js';

export interface PreTokenizer {
  /** The vocabulary spells bytes, not characters. */
  readonly byteLevel: boolean;
  /**
   * What is written into the text before it is cut: a leading space, or "▁" for spaces.
   * @param continued the text goes on where other text was cut off, so nothing is written before it
   */
  prepare(text: AlignedText, continued: boolean): AlignedText;
  split: Splitter;
}

interface Step {
  readonly byteLevel?: true;
  readonly prepare?: PreTokenizer['prepare'];
  readonly split?: Splitter;
}

/** GPT-2's cut: contractions, words, numbers and punctuation, each with at most one space before it. */
export const GPT2_PATTERN =
  "'s|'t|'re|'ve|'m|'ll|'d| ?\\p{L}+| ?\\p{N}+| ?[^\\s\\p{L}\\p{N}]+|\\s+(?!\\S)|\\s+";

// `\w+|[^\w\s]+` as the Rust library reads it: joiners are part of words.
const WORDS_AND_SIGNS =
  /[\p{Alphabetic}\p{M}\p{Nd}\p{Pc}\p{Join_Control}]+|[^\p{Alphabetic}\p{M}\p{Nd}\p{Pc}\p{Join_Control}\p{White_Space}]+/gu;

/**
 * @throws {TokenizationError} for a pre-tokenizer, or an order of them, that this package cannot align
 */
export function compilePreTokenizer(component: Component | undefined): PreTokenizer {
  const steps = component === undefined ? [] : flatten(component).map(compileStep);
  steps.forEach((step, index) => {
    if (step.prepare && steps.slice(0, index).some((earlier) => earlier.split)) {
      throw new TokenizationError(
        'tokenizer.json: pre_tokenizer: expected a step that writes spaces or "▁" to come before those that cut; ' +
          'offsets through this order are not supported',
      );
    }
    if (step.byteLevel && index !== steps.length - 1) {
      throw new TokenizationError('tokenizer.json: pre_tokenizer: expected ByteLevel to be the last step');
    }
  });
  const prepares = steps.flatMap((step) => step.prepare ?? []);
  const splitters = steps.flatMap((step) => step.split ?? []);
  return {
    byteLevel: steps.at(-1)?.byteLevel === true,
    prepare: (text, continued) => prepares.reduce((current, prepare) => prepare(current, continued), text),
    split: splitters.length === 0 ? (text, take) => take(text, 0) : splitters.reduceRight(splitAgain),
  };
}

function flatten(component: Component): readonly Component[] {
  return component.type === 'Sequence'
    ? readSequence(component, 'pretokenizers').flatMap(flatten)
    : [component];
}

function compileStep(component: Component): Step {
  switch (component.type) {
    case 'ByteLevel':
      return {
        byteLevel: true,
        ...(component.add_prefix_space === true && {
          prepare: (text, continued) => (continued ? text : prefixUnlessThere(text, ' ')),
        }),
        ...(component.use_regex !== false && {
          split: splitAt(compilePattern({ Regex: GPT2_PATTERN }), 'Isolated'),
        }),
      };
    case 'Metaspace':
      return compileMetaspace(component);
    case 'Split': {
      const pattern = compilePattern(component.pattern);
      return { split: splitAt(pattern, splitBehavior(component.behavior), component.invert === true) };
    }
    case 'Digits':
      return { split: splitAt(/\p{N}/gu, component.individual_digits === true ? 'Isolated' : 'Contiguous') };
    case 'Punctuation':
      return { split: splitAt(/[\p{P}$+<=>^`|~]/gu, splitBehavior(component.behavior ?? 'Isolated')) };
    case 'Whitespace':
      return { split: splitAt(WORDS_AND_SIGNS, 'Removed', true) };
    case 'WhitespaceSplit':
      return { split: splitAt(/\p{White_Space}/gu, 'Removed') };
    default:
      throw new TokenizationError(
        `tokenizer.json: pre_tokenizer: expected ByteLevel, Metaspace, Split, Digits, Punctuation, Whitespace, ` +
          `WhitespaceSplit or Sequence, got ${describe(component.type)}; offsets through others are not supported`,
      );
  }
}

function compileMetaspace(component: Component): Step {
  const replacement = typeof component.replacement === 'string' ? component.replacement : '▁';
  if (replacement.length !== 1) {
    throw new TokenizationError(
      `tokenizer.json: pre_tokenizer: expected Metaspace to have a "replacement" of one character, got ${shortJson(replacement)}`,
    );
  }
  // Files from before "prepend_scheme" say it with "add_prefix_space".
  const scheme = component.prepend_scheme ?? (component.add_prefix_space === false ? 'never' : 'always');
  return {
    prepare: (source, continued) => {
      const text = { ...source, text: source.text.replaceAll(' ', () => replacement) };
      const first = originalStart(source, 0) === 0;
      return !continued && (scheme === 'always' || (scheme === 'first' && first))
        ? prefixUnlessThere(text, replacement)
        : text;
    },
    ...(component.split !== false && {
      split: splitAt(compilePattern({ String: replacement }), 'MergedWithNext'),
    }),
  };
}

function prefixUnlessThere(text: AlignedText, prefix: string): AlignedText {
  return text.text.startsWith(prefix) ? text : prependText(text, prefix);
}
