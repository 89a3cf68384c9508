/** Text as token ids, each with the exact characters it stands for. */
export interface Encoding {
  /** (N) token ids. */
  readonly ids: Int32Array;
  /**
   * (N) start of each token in UTF-16 code units of the text. Tokens that share one character (byte-level
   * pieces of an emoji) carry that character's range; tokens that no character stands behind are empty.
   */
  readonly starts: Int32Array;
  /** (N) end of each token, exclusive. */
  readonly ends: Int32Array;
  /** (N) 1 where the token is a special (control) token. */
  readonly special: Uint8Array;
}

/** Half-open range of UTF-16 code units: `text.slice(start, end)`. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** A parsed JSON object. */
export type JsonObject = { readonly [key: string]: unknown };

/** A token that is found in the text itself, before the model sees the rest. */
export interface AddedToken {
  readonly id: number;
  readonly content: string;
  /** Left out by `skipSpecialTokens`, and never read from plain ranges. */
  readonly special: boolean;
  /** Found only where no word character touches it. */
  readonly singleWord: boolean;
  /** Takes the whitespace before it. */
  readonly lstrip: boolean;
  /** Takes the whitespace after it. */
  readonly rstrip: boolean;
  /** Looked for in the normalized text instead of the text as written. */
  readonly normalized: boolean;
}
