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
