import { utf8Size } from './byte-level.js';

/** Ranges in UTF-8 bytes of a text -> ranges in UTF-16 code units, widened to whole characters; in order, in one pass. */
export class CharacterAligner {
  private readonly text: string;
  /** Index of the character that was come to, and the byte that it starts with. */
  private character = 0;
  private byte = 0;

  constructor(text: string) {
    this.text = text;
  }

  /**
   * @param tokens id, start and end of each; starts and ends are replaced. Goes on where the last call ended.
   */
  align(tokens: number[]): void {
    for (let i = 0; i < tokens.length; i += 3) {
      const end = tokens[i + 2]!;
      this.advance(tokens[i + 1]!);
      tokens[i + 1] = this.character;
      this.advance(end);
      tokens[i + 2] =
        this.byte < end ? this.character + utf16Size(this.text, this.character) : this.character;
    }
  }

  /** To the character that holds the byte, or begins with it. */
  private advance(to: number): void {
    const { text } = this;
    while (this.character < text.length && this.byte + utf8Size(text, this.character) <= to) {
      this.byte += utf8Size(text, this.character);
      this.character += utf16Size(text, this.character);
    }
  }
}

function utf16Size(text: string, index: number): 1 | 2 {
  return utf8Size(text, index) === 4 ? 2 : 1;
}
