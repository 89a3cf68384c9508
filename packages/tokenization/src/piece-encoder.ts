/**
 * One piece of text -> ids, each with its range of the piece. Pieces repeat, so their encodings are
 * remembered; the offsets then cost one addition per token.
 */
import { shortJson } from '@sftkit/json';
import { spellBytes, utf8Bytes } from './byte-level.js';
import { CharacterAligner } from './character-aligner.js';
import { NONE } from './merge-table.js';
import { RecentMap } from './recent-map.js';
import type { SubwordModel } from './subword-model.js';
import { TokenizationError } from './tokenization-error.js';

/**
 * The tokens of a piece, three numbers each: id, start and end, in UTF-16 code units of the piece. One array lies closer
 * together in memory than three.
 */
export type EncodedPiece = readonly number[];

/** @param at where the piece stands, as it was given */
export type TakeTokens = (tokens: EncodedPiece, at: number) => void;

export interface PieceEncoderOptions {
  /** The vocabulary spells bytes, not characters. */
  readonly byteLevel: boolean;
  /** Ids that plain text must never become. */
  readonly specialIds: ReadonlySet<number>;
}

// Words repeat; long texts that nothing cuts do not. 128 code units hold any word; twice as many words as given here are
// remembered at most.
const LONGEST_REMEMBERED = 128;
const MOST_REMEMBERED = 32_768;

// Tokens that are handed on at a time. A remembered piece has fewer, at most three for each code unit.
const MOST_AT_ONCE = 1024;

export class PieceEncoder {
  private readonly model: SubwordModel;
  private readonly options: PieceEncoderOptions;
  /** Token of each byte, where there is one. */
  private readonly byteIds: readonly (number | undefined)[];
  private readonly remembered = new RecentMap<EncodedPiece>(MOST_REMEMBERED);

  constructor(model: SubwordModel, options: PieceEncoderOptions) {
    this.model = model;
    this.options = options;
    this.byteIds = Array.from({ length: 256 }, (_, byte) => model.tokenToId.get(byteToken(byte)));
  }

  /**
   * Hands on the tokens of a piece in order; those of a long one in parts.
   * @throws {TokenizationError} if the model's symbols are not the piece, if a character has no token, or if one
   * of plain text has no other token than a special one
   */
  encode(piece: string, at: number, take: TakeTokens): void {
    const known = this.remembered.get(piece);
    if (known !== undefined) {
      take(known, at);
      return;
    }
    const { byteLevel } = this.options;
    const spelt = byteLevel ? spellBytes(piece) : piece;
    const tokens = new TokenRanges(byteLevel ? new CharacterAligner(piece) : undefined, (part) =>
      take(part, at),
    );
    this.add(spelt, tokens);
    if (tokens.length !== spelt.length) {
      throw new TokenizationError(
        `encode: expected tokens that make up ${shortJson(piece)}, got ${tokens.length} of its ` +
          `${spelt.length} symbols; offsets cannot be exact with this tokenizer.json`,
      );
    }
    const encoded = tokens.flush();
    if (piece.length <= LONGEST_REMEMBERED) this.remembered.set(piece, encoded);
  }

  private add(text: string, tokens: TokenRanges): void {
    const { model } = this;
    const { specialIds } = this.options;
    const whole = model.ignoreMerges ? model.tokenToId.get(text) : undefined;
    if (whole !== undefined && !specialIds.has(whole)) {
      tokens.add(whole, text.length);
      return;
    }
    let at = 0;
    model.symbols(text, (id, length) => {
      if (id === NONE) this.addUnknown(text.slice(at, at + length), tokens);
      else if (id !== model.unknownId && specialIds.has(id))
        this.addPlainly(id, text.slice(at, at + length), tokens);
      else tokens.add(id, length);
      at += length;
    });
  }

  /** The text of a special token that must not become it: its characters one by one. */
  private addPlainly(special: number, symbol: string, tokens: TokenRanges): void {
    const characters = [...symbol];
    if (characters.length === 1) {
      throw new TokenizationError(
        `encode: ${shortJson(symbol)} as plain text has no token but the special one of id ${special}; ` +
          'make that token not special in tokenizer.json, or let it be read as a control token',
      );
    }
    const { tokenToId, unknownId } = this.model;
    for (const character of characters) {
      const id = tokenToId.get(character);
      if (id === undefined) this.addUnknown(character, tokens);
      else if (id !== unknownId && this.options.specialIds.has(id)) this.addPlainly(id, character, tokens);
      else tokens.add(id, character.length);
    }
  }

  private addUnknown(symbol: string, tokens: TokenRanges): void {
    const { unknownId, fuseUnknown, byteFallback } = this.model;
    if (byteFallback) {
      const ids: (number | undefined)[] = [];
      for (const byte of utf8Bytes(symbol)) ids.push(this.byteIds[byte]);
      if (ids.every((id) => id !== undefined)) {
        tokens.addShared(ids, symbol.length);
        return;
      }
    }
    if (unknownId === undefined) {
      throw new TokenizationError(
        `encode: expected a token for every character, got none for ${shortJson(symbol)}; take it out of the ` +
          'text, or use a tokenizer with byte fallback or an unknown token',
      );
    }
    if (!(fuseUnknown && tokens.widen(unknownId, symbol.length))) tokens.add(unknownId, symbol.length);
  }
}

/** How a byte is written in vocabularies with byte fallback. */
function byteToken(byte: number): string {
  return `<0x${byte.toString(16).toUpperCase().padStart(2, '0')}>`;
}

/** Collects the tokens of a piece. */
class TokenRanges {
  /** Symbols of the piece so far. */
  length = 0;
  private encoded: number[] = [];
  private readonly aligner: CharacterAligner | undefined;
  private readonly take: (tokens: EncodedPiece) => void;

  constructor(aligner: CharacterAligner | undefined, take: (tokens: EncodedPiece) => void) {
    this.aligner = aligner;
    this.take = take;
  }

  add(id: number, length: number): void {
    this.push(id, this.length + length);
    this.length += length;
  }

  /** Several tokens for the same characters. */
  addShared(ids: readonly number[], length: number): void {
    for (const id of ids) this.push(id, this.length + length);
    this.length += length;
  }

  /** Makes the last token longer, if it is `id`. */
  widen(id: number, length: number): boolean {
    if (this.encoded.at(-3) !== id) return false;
    this.length += length;
    this.encoded[this.encoded.length - 1] = this.length;
    return true;
  }

  /** Hands on what has not been handed on yet. */
  flush(): EncodedPiece {
    const { encoded } = this;
    this.aligner?.align(encoded);
    this.take(encoded);
    this.encoded = [];
    return encoded;
  }

  private push(id: number, end: number): void {
    if (this.encoded.length >= 3 * MOST_AT_ONCE) this.flush();
    this.encoded.push(id, this.length, end);
  }
}
