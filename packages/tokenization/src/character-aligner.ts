import { utf8Size } from './byte-level.js';

/** Converts ranges of UTF-8 bytes to ranges of UTF-16 code units, widened to whole characters, in one pass over the text. */
export class CharacterAligner {
  private readonly text: string;
  /** Index of the character that was reached, and of its first byte. */
  private character = 0;
  private byte = 0;

  constructor(text: string) {
    this.text = text;
  }

  /**
   * @param tokens id, start and end of each, behind those of the last call; starts and ends are replaced
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

  /** Goes to the character that the byte belongs to. */
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
