/**
 * Tokens -> text, as they come. A character that is spread over several tokens is held back until it is
 * whole; what can never become one is shown as U+FFFD.
 */
export class StreamDecoder {
  private readonly bytesOf: (id: number) => Uint8Array;
  private readonly utf8 = new TextDecoder('utf-8', { ignoreBOM: true });
  private readonly stripSpaces: number;
  private spacesLeft: number;

  /**
   * @param bytesOf the bytes a token stands for, empty for one that is not shown
   * @param stripSpaces most spaces taken off the beginning of the text
   */
  constructor(bytesOf: (id: number) => Uint8Array, stripSpaces: number) {
    this.bytesOf = bytesOf;
    this.stripSpaces = stripSpaces;
    this.spacesLeft = stripSpaces;
  }

  /** The text that this token completes: often a word, nothing in the middle of a character. */
  push(id: number): string {
    return this.strip(this.utf8.decode(this.bytesOf(id), { stream: true }));
  }

  /** What was held back, at the end: a character that stayed incomplete. Starts anew afterwards. */
  flush(): string {
    const text = this.strip(this.utf8.decode());
    this.spacesLeft = this.stripSpaces;
    return text;
  }

  private strip(text: string): string {
    let start = 0;
    while (this.spacesLeft > 0 && start < text.length) {
      if (text[start] === ' ') {
        start++;
        this.spacesLeft--;
      } else {
        this.spacesLeft = 0;
      }
    }
    return text.slice(start);
  }
}
