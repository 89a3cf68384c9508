/**
 * One piece of text -> ids, each with its range of the piece. Pieces repeat, so their encodings are
 * remembered; the offsets then cost one addition per token.
 */
import { spellBytes, utf8Size } from './byte-level.js';
import type { SubwordModel } from './subword-model.js';
import { TokenizationError } from './tokenization-error.js';

/**
 * The tokens of a piece, three numbers each: id, start and end, in UTF-16 code units of the piece. One array lies closer
 * together in memory than three.
 */
export type EncodedPiece = readonly number[];

export interface PieceEncoderOptions {
  /** The vocabulary spells bytes, not characters. */
  readonly byteLevel: boolean;
  /** Ids that plain text must never become. */
  readonly specialIds: ReadonlySet<number>;
}

// Words repeat; whole documents (tokenizers that do not cut) do not. 128 code units hold any word, and
// 65,536 of them with their ids are some 20 MB.
const LONGEST_REMEMBERED = 128;
const MOST_REMEMBERED = 65_536;

const utf8 = new TextEncoder();

export class PieceEncoder {
  private readonly model: SubwordModel;
  private readonly options: PieceEncoderOptions;
  private readonly remembered = new Map<string, EncodedPiece>();

  constructor(model: SubwordModel, options: PieceEncoderOptions) {
    this.model = model;
    this.options = options;
  }

  /**
   * @throws {TokenizationError} if the model's symbols are not the piece, if a character has no token, or if one
   * of plain text has no other token than a special one
   */
  encode(piece: string): EncodedPiece {
    const known = this.remembered.get(piece);
    if (known) return known;
    const encoded = this.encodeAnew(piece);
    if (piece.length <= LONGEST_REMEMBERED) {
      if (this.remembered.size >= MOST_REMEMBERED) this.remembered.clear();
      this.remembered.set(piece, encoded);
    }
    return encoded;
  }

  private encodeAnew(piece: string): EncodedPiece {
    const spelt = this.options.byteLevel ? spellBytes(piece) : piece;
    const tokens = new TokenRanges();
    this.add(spelt, tokens);
    if (tokens.length !== spelt.length) {
      throw new TokenizationError(
        `encode: expected tokens that make up ${JSON.stringify(piece)}, got ${tokens.length} of its ` +
          `${spelt.length} symbols; offsets cannot be exact with this tokenizer.json`,
      );
    }
    return this.options.byteLevel ? alignBytes(piece, tokens.encoded) : tokens.encoded;
  }

  private add(text: string, tokens: TokenRanges): void {
    const { model } = this;
    const { specialIds } = this.options;
    const whole = model.ignoreMerges ? model.tokenToId.get(text) : undefined;
    if (whole !== undefined && !specialIds.has(whole)) {
      tokens.add(whole, text.length);
      return;
    }
    for (const symbol of model.symbols(text)) {
      const id = model.tokenToId.get(symbol);
      if (id !== undefined && id !== model.unknownId && specialIds.has(id)) this.addPlainly(symbol, tokens);
      else if (id !== undefined) tokens.add(id, symbol.length);
      else this.addUnknown(symbol, tokens);
    }
  }

  /** The text of a special token that must not become it: its characters one by one. */
  private addPlainly(symbol: string, tokens: TokenRanges): void {
    const characters = [...symbol];
    if (characters.length === 1) {
      throw new TokenizationError(
        `encode: "${symbol}" as plain text has no token but the special one of id ${this.model.tokenToId.get(symbol)}; ` +
          'make that token not special in tokenizer.json, or let it be read as a control token',
      );
    }
    for (const character of characters) this.add(character, tokens);
  }

  private addUnknown(symbol: string, tokens: TokenRanges): void {
    const { tokenToId, unknownId, fuseUnknown, byteFallback } = this.model;
    if (byteFallback) {
      const bytes = Array.from(utf8.encode(symbol), (byte) => tokenToId.get(byteToken(byte)));
      if (bytes.every((id) => id !== undefined)) {
        tokens.addShared(bytes, symbol.length);
        return;
      }
    }
    if (unknownId === undefined) {
      throw new TokenizationError(
        `encode: expected a token for every character, got none for ${JSON.stringify(symbol)}; take it out of the ` +
          'text, or use a tokenizer with byte fallback or an unknown token',
      );
    }
    if (fuseUnknown && tokens.encoded.at(-3) === unknownId) tokens.widen(symbol.length);
    else tokens.add(unknownId, symbol.length);
  }
}

/** How a byte is written in vocabularies with byte fallback. */
export function byteToken(byte: number): string {
  return `<0x${byte.toString(16).toUpperCase().padStart(2, '0')}>`;
}

class TokenRanges {
  readonly encoded: number[] = [];
  length = 0;

  add(id: number, length: number): void {
    this.addShared([id], length);
  }

  /** Several tokens for the same characters. */
  addShared(ids: readonly number[], length: number): void {
    for (const id of ids) this.encoded.push(id, this.length, this.length + length);
    this.length += length;
  }

  widen(length: number): void {
    this.length += length;
    this.encoded[this.encoded.length - 1] = this.length;
  }
}

/** Ranges in bytes -> ranges in UTF-16 code units, widened to whole characters. */
function alignBytes(piece: string, inBytes: EncodedPiece): EncodedPiece {
  const inUnits: number[] = [];
  let character = 0; // index of the character that holds `byte`
  let byte = 0; // where that character starts
  const advance = (to: number) => {
    while (character < piece.length && byte + utf8Size(piece, character) <= to) {
      byte += utf8Size(piece, character);
      character += utf16Size(piece, character);
    }
  };
  for (let i = 0; i < inBytes.length; i += 3) {
    const end = inBytes[i + 2]!;
    advance(inBytes[i + 1]!);
    const start = character;
    advance(end);
    inUnits.push(inBytes[i]!, start, byte < end ? character + utf16Size(piece, character) : character);
  }
  return inUnits;
}

function utf16Size(text: string, index: number): 1 | 2 {
  return utf8Size(text, index) === 4 ? 2 : 1;
}
