/** An example as the model reads it, and which of it the loss sees. */
import type { RenderedConversation } from '@sftkit/templates';
import type { Encoding, Tokenizer } from '@sftkit/tokenization';
import { IGNORE_INDEX, type MaskedExample } from './types.js';

/** A masked example with what it was made of, as `maskExample` returns it. */
export interface ExplainedMask extends Pick<MaskedExample, 'labels' | 'weights'> {
  readonly rendered: Pick<RenderedConversation, 'text'>;
  readonly encoding: Encoding;
}

/** What one token shows. */
export interface MaskedPiece {
  /** Empty for the second and further tokens of one character: it is shown once. */
  readonly text: string;
  /** Index of its first character in the rendering. */
  readonly start: number;
  readonly isSupervised: boolean;
  /** In the loss; 0 where it is not supervised. */
  readonly weight: number;
  /** Whether it is a control token. */
  readonly isSpecial: boolean;
}

/**
 * The tokens of an example in order, each with what it shows; one at a time, for a text may have millions.
 * @param decodeToken for tokens that stand for no character
 */
export function* maskedPieces(
  { rendered: { text }, encoding, labels, weights }: ExplainedMask,
  decodeToken: (id: number) => string,
): Generator<MaskedPiece> {
  const { ids, starts, ends, special } = encoding;
  let shownTo = 0;
  for (let token = 0; token < ids.length; token++) {
    const start = starts[token]!;
    const end = ends[token]!;
    const shown = end > start ? text.slice(Math.max(shownTo, start), end) : decodeToken(ids[token]!);
    shownTo = Math.max(shownTo, end);
    yield {
      text: shown,
      start,
      isSupervised: labels[token] !== IGNORE_INDEX,
      weight: weights[token]!,
      isSpecial: special[token] === 1,
    };
  }
}

/** The text as the model reads it; only what stands [in brackets] is learnt. */
export function formatMask(example: ExplainedMask, tokenizer: Tokenizer): string {
  let formatted = '';
  let wasSupervised = false;
  for (const { text, isSupervised } of maskedPieces(example, (id) => tokenizer.decodeToken(id))) {
    if (isSupervised !== wasSupervised) formatted += isSupervised ? '[' : ']';
    wasSupervised = isSupervised;
    formatted += text;
  }
  return wasSupervised ? `${formatted}]` : formatted;
}
