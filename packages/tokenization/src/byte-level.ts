/**
 * GPT-2's spelling of bytes: each of the 256 byte values has one printable character, so that a vocabulary of
 * byte strings can be written as text. Printable Latin-1 stands for itself; the others follow from U+0100.
 * See Radford et al. (2019), section 2.2.
 */

const CHARACTERS: readonly string[] = buildCharacters();
const CODES = Uint16Array.from(CHARACTERS, (character) => character.charCodeAt(0));
const BYTES: ReadonlyMap<string, number> = new Map(CHARACTERS.map((character, byte) => [character, byte]));
const utf8 = new TextEncoder();
// Characters made in one call. V8 keeps a text that grows by single characters as one object for each, until it is read.
const MOST_ARGUMENTS = 4096;

/** The character that stands for each byte, by byte value. */
export function byteCharacters(): readonly string[] {
  return CHARACTERS;
}

/** The UTF-8 bytes of a text, spelt as characters. A lone surrogate becomes U+FFFD. */
export function spellBytes(text: string): string {
  const bytes = text.length < MOST_ARGUMENTS ? utf8Bytes(text) : utf8.encode(text);
  let spelt = '';
  for (let start = 0; start < bytes.length; start += MOST_ARGUMENTS) {
    const codes: number[] = [];
    const end = Math.min(bytes.length, start + MOST_ARGUMENTS);
    for (let i = start; i < end; i++) codes.push(CODES[bytes[i]!]!);
    spelt += String.fromCharCode(...codes);
  }
  return spelt;
}

/** The bytes that a token spells, or undefined if a character of it stands for no byte. */
export function unspellBytes(token: string): Uint8Array | undefined {
  const bytes = new Uint8Array(token.length);
  for (let i = 0; i < token.length; i++) {
    const byte = BYTES.get(token[i]!);
    if (byte === undefined) return undefined;
    bytes[i] = byte;
  }
  return bytes;
}

/** Number of UTF-8 bytes of the character at `index`; a lone surrogate is encoded as U+FFFD, three bytes. */
export function utf8Size(text: string, index: number): 1 | 2 | 3 | 4 {
  const codePoint = text.codePointAt(index)!;
  if (codePoint < 0x80) return 1;
  if (codePoint < 0x800) return 2;
  return codePoint < 0x10000 ? 3 : 4;
}

/** The UTF-8 bytes of a short text, without the cost of a call of `TextEncoder`. A lone surrogate becomes U+FFFD. */
export function utf8Bytes(text: string): readonly number[] {
  const bytes: number[] = [];
  for (let at = 0; at < text.length; ) {
    let code = text.codePointAt(at)!;
    at += code > 0xffff ? 2 : 1;
    if (code >= 0xd800 && code <= 0xdfff) code = 0xfffd;
    if (code < 0x80) {
      bytes.push(code);
      continue;
    }
    if (code < 0x800) bytes.push(0xc0 | (code >> 6));
    else if (code < 0x10000) bytes.push(0xe0 | (code >> 12), 0x80 | ((code >> 6) & 0x3f));
    else bytes.push(0xf0 | (code >> 18), 0x80 | ((code >> 12) & 0x3f), 0x80 | ((code >> 6) & 0x3f));
    bytes.push(0x80 | (code & 0x3f));
  }
  return bytes;
}

function buildCharacters(): string[] {
  let next = 0x100;
  return Array.from({ length: 256 }, (_, byte) => {
    const printable = (byte >= 0x21 && byte <= 0x7e) || (byte >= 0xa1 && byte <= 0xac) || byte >= 0xae;
    return String.fromCharCode(printable ? byte : next++);
  });
}
