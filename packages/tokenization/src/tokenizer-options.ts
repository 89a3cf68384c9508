/** What a `Tokenizer` is made from, asked with, and written as. */
import type { TokenizerExtras } from './merge-tokens.js';
import type { JsonObject, Span } from './types.js';

export interface EncodeOptions {
  /** Write what the tokenizer's post-processor writes around a text (BOS, EOS). Templates write their own. */
  readonly addSpecialTokens?: boolean;
  /** 'plain': no control token is read anywhere in the text. */
  readonly controlTokens?: 'allow' | 'plain';
  /** Where control tokens (`Tokenizer.controlTokens`) are plain text: what a user wrote. UTF-16 code units of the text. */
  readonly plainRanges?: readonly Span[];
  /**
   * Where the text is cut: no token, and no added token with the whitespace it takes, reaches across. The tokens
   * before a cut are those of the text up to there; the text behind it is a continuation and gets no prefix of its
   * own. For the places where a model takes over from a prompt. UTF-16 code units of the text, in any order.
   */
  readonly boundaries?: readonly number[];
}

export interface DecodeOptions {
  /** Leave control tokens out. */
  readonly skipSpecialTokens?: boolean;
}

/** What a tokenizer is made from besides its two files. */
export interface TokenizerSources extends TokenizerExtras {
  /** The text that `tokenizerJson` was parsed from: what is saved is that text, changed only where it must be. */
  readonly tokenizerJsonText?: string | undefined;
}

export interface TokenizerObjects {
  readonly tokenizerJson: JsonObject;
  readonly tokenizerConfig: JsonObject;
}
