/**
 * Text -> ids with exact character offsets, and back. The pipeline is that of tokenizer.json: added tokens
 * are found in the text, the rest is normalized, cut into pieces, and the pieces are encoded by the model.
 * Each step hands on where its text came from, so offsets are carried, not guessed.
 */
import { shortJson, stringifyJson, withField } from '@sftkit/json';
import { isControl, isSameToken } from './added-token.js';
import { type AddedTokenFinder, compileAddedTokens } from './added-token-finder.js';
import { type AlignedText, originalSpan, sliceAligned, unchangedText } from './aligned-text.js';
import { classFrame, sequenceToken, writeFrame } from './class-frame.js';
import { cutAt, type Segment } from './cut-at.js';
import { EncodingBuilder } from './encoding-builder.js';
import { mergeTokens } from './merge-tokens.js';
import { compileNormalizer, type Normalizer } from './normalizer.js';
import { PieceEncoder, type TakeTokens } from './piece-encoder.js';
import { compilePlainRanges, type TouchesPlain } from './plain-ranges.js';
import { readFrame, type SequenceFrame } from './post-processor.js';
import { compilePreTokenizer, type PreTokenizer } from './pre-tokenizer.js';
import { type Splitter, splitAgain } from './split-pattern.js';
import { StreamDecoder } from './stream-decoder.js';
import { compileModel, type SubwordModel } from './subword-model.js';
import { compileTokenDecoder, type TokenDecoder } from './token-decoder.js';
import { MissingTokensError, TokenizationError } from './tokenization-error.js';
import {
  mergeSpecialTokensMap,
  readChatTemplate,
  readNamedToken,
  writeAddedTokens,
  writeAddedTokensDecoder,
} from './tokenizer-config.js';
import { describe, isJsonObject, readTokenizerJson, type TokenizerParts } from './tokenizer-json.js';
import type {
  DecodeOptions,
  EncodeOptions,
  TokenizerObjects,
  TokenizerSources,
} from './tokenizer-options.js';
import type { AddedToken, Encoding, JsonObject } from './types.js';

// What a decoded id without a token shows: rows of an embedding that was padded beyond the vocabulary.
const REPLACEMENT_BYTES = new TextEncoder().encode('\uFFFD');
const NO_BYTES = new Uint8Array(0);
const utf8 = new TextEncoder();

export class Tokenizer {
  /** The template source of the config, or its named templates; undefined if it has none. */
  readonly chatTemplate: string | Readonly<Record<string, string>> | undefined;
  readonly bosToken: string | undefined;
  readonly eosToken: string | undefined;
  readonly padToken: string | undefined;
  /** Tokens that the files name and give no id; they have the next free ones, and the model may have no rows for them. */
  readonly unnumberedTokens: readonly string[];
  /** One line for each thing that is not as a file says. */
  readonly warnings: readonly string[];

  private readonly tokenizerJson: JsonObject;
  private readonly tokenizerJsonText: string | undefined;
  private readonly tokenizerConfig: JsonObject;
  /** The added tokens of tokenizer.json, as it lists them. */
  private readonly listed: readonly AddedToken[];
  private readonly normalize: Normalizer;
  private readonly preTokenizer: PreTokenizer;
  private readonly model: SubwordModel;
  private readonly split: Splitter;
  private readonly frame: SequenceFrame;
  /** Whether the frame is another one than that of tokenizer.json. */
  private readonly isReframed: boolean;
  private readonly decoder: TokenDecoder;
  private readonly tokens: string[] = [];
  private readonly added = new Map<string, AddedToken>();
  private readonly addedById = new Map<number, AddedToken>();
  private readonly bytes: Uint8Array[] = [];
  private control: readonly string[] = [];
  private findWritten!: AddedTokenFinder;
  private findNormalized!: AddedTokenFinder;
  private pieces!: PieceEncoder;
  private readonly out = new EncodingBuilder();

  private constructor(
    parts: TokenizerParts,
    tokenizerJson: JsonObject,
    tokenizerConfig: JsonObject,
    { tokenizerJsonText, ...extras }: TokenizerSources,
  ) {
    this.tokenizerJson = tokenizerJson;
    this.tokenizerJsonText = tokenizerJsonText;
    const { config, warnings } = mergeSpecialTokensMap(tokenizerConfig, extras.specialTokensMap);
    this.tokenizerConfig = config;
    this.listed = parts.addedTokens;
    this.normalize = compileNormalizer(parts.normalizer);
    this.preTokenizer = compilePreTokenizer(parts.preTokenizer);
    this.model = compileModel(parts.model);
    const { byteLevel, split } = this.preTokenizer;
    // The model reads, and cuts, the bytes of byte-level pieces, not their text.
    this.split = this.model.cut && !byteLevel ? splitAgain(this.model.cut, split) : split;
    this.decoder = compileTokenDecoder(parts.decoder);
    const { tokens } = this;
    const { tokenToId } = this.model;
    for (const [token, id] of tokenToId) tokens[id] = token;
    const merged = mergeTokens({ tokenToId, tokens }, parts.addedTokens, config, extras);
    this.register(merged.tokens);
    this.unnumberedTokens = merged.unnumbered;
    this.chatTemplate = readChatTemplate(config);
    const named = (key: string): string | undefined =>
      readNamedToken(config, key, (token) => this.tokenToId(token) !== undefined);
    this.bosToken = named('bos_token');
    this.eosToken = named('eos_token');
    this.padToken = named('pad_token');
    const written = readFrame(parts.postProcessor);
    const framed = classFrame(config, written, {
      bos: sequenceToken(this.bosToken, this.bosTokenId),
      eos: sequenceToken(this.eosToken, this.eosTokenId),
    });
    this.frame = framed.frame;
    this.isReframed = JSON.stringify(framed.frame) !== JSON.stringify(written);
    this.warnings = [...warnings, ...merged.warnings, ...framed.warnings];
  }

  /**
   * @param tokenizerJson the parsed tokenizer.json; kept and shared, never changed
   * @param tokenizerConfig the parsed tokenizer_config.json
   * @param sources what else the directory holds
   * @throws {TokenizationError} if the files are not what they should be, disagree on the id of a token, or hold a
   * component whose offsets this package cannot give exactly
   */
  static fromObjects(
    tokenizerJson: unknown,
    tokenizerConfig: unknown,
    sources: TokenizerSources = {},
  ): Tokenizer {
    if (!isJsonObject(tokenizerConfig)) {
      throw new TokenizationError(
        `tokenizer_config.json: expected a JSON object, got ${describe(tokenizerConfig)}; give {} for a tokenizer without one`,
      );
    }
    // The parts are read first: that is the check that it is an object.
    const parts = readTokenizerJson(tokenizerJson);
    return new Tokenizer(parts, tokenizerJson as JsonObject, tokenizerConfig, sources);
  }

  /** Highest id plus one, added tokens included: the rows that an embedding needs at least. */
  get vocabSize(): number {
    return this.tokens.length;
  }

  get addedTokens(): readonly AddedToken[] {
    return [...this.added.values()];
  }

  /** The added tokens that are marked special, by content. */
  get specialTokens(): readonly string[] {
    return this.addedTokens.filter((token) => token.special).map((token) => token.content);
  }

  /**
   * The tokens that only a template may write, by content: those marked special, and those spelt as such,
   * `<|…|>`. DeepSeek's `<｜User｜>` begins a turn and is not marked. The same list as long as no token is added.
   */
  get controlTokens(): readonly string[] {
    return this.control;
  }

  get bosTokenId(): number | undefined {
    return this.bosToken === undefined ? undefined : this.tokenToId(this.bosToken);
  }

  get eosTokenId(): number | undefined {
    return this.eosToken === undefined ? undefined : this.tokenToId(this.eosToken);
  }

  get padTokenId(): number | undefined {
    return this.padToken === undefined ? undefined : this.tokenToId(this.padToken);
  }

  /** Id of a token as the vocabulary writes it ("Ġthe", "▁the", "<|im_end|>"). */
  tokenToId(token: string): number | undefined {
    return this.added.get(token)?.id ?? this.model.tokenToId.get(token);
  }

  idToToken(id: number): string | undefined {
    return this.tokens[id];
  }

  isSpecial(id: number): boolean {
    return this.addedById.get(id)?.special === true;
  }

  /** Whether the token is found in the text itself, before the model sees the rest. */
  isAdded(id: number): boolean {
    return this.addedById.has(id);
  }

  /**
   * @param text any string; a lone surrogate is encoded as U+FFFD
   * @throws {TokenizationError} if a plain range or a boundary lies outside the text, or if tokens and text cannot
   * be aligned
   */
  encode(text: string, options: EncodeOptions = {}): Encoding {
    const { addSpecialTokens = false, controlTokens = 'allow', plainRanges = [], boundaries = [] } = options;
    const plain = controlTokens === 'plain' ? [{ start: 0, end: text.length }] : plainRanges;
    const touchesPlain = compilePlainRanges(plain, text.length);
    const { out } = this;
    out.clear();
    if (addSpecialTokens) for (const id of this.frame.prefix) out.push(id, 0, 0, this.isSpecial(id));
    let continued = false;
    for (const segment of cutAt(text, boundaries)) {
      continued = this.encodeSegment(segment, continued, touchesPlain);
    }
    if (addSpecialTokens) {
      for (const id of this.frame.suffix) out.push(id, text.length, text.length, this.isSpecial(id));
    }
    return out.build();
  }

  /** The text of the tokens, exactly: nothing is cleaned up. An id without a token shows as U+FFFD. */
  decode(ids: ArrayLike<number>, options: DecodeOptions = {}): string {
    const decoder = this.streamDecoder(options);
    let text = '';
    for (let i = 0; i < ids.length; i++) text += decoder.push(ids[i]!);
    return text + decoder.flush();
  }

  /** What one token alone shows; part of a character shows as U+FFFD. */
  decodeToken(id: number): string {
    return new TextDecoder('utf-8', { ignoreBOM: true }).decode(this.bytesOf(id));
  }

  /** Decodes token by token, never showing part of a character. */
  streamDecoder(options: DecodeOptions = {}): StreamDecoder {
    const { skipSpecialTokens = false } = options;
    return new StreamDecoder(
      (id) => (skipSpecialTokens && this.isSpecial(id) ? NO_BYTES : this.bytesOf(id)),
      this.decoder.stripSpaces,
    );
  }

  /**
   * @param tokens that must be added tokens, such as those a chat template writes
   * @throws {MissingTokensError} naming those that are not
   */
  requireTokens(tokens: readonly string[]): void {
    const missing = [...new Set(tokens)].filter((token) => !this.added.has(token));
    if (missing.length === 0) return;
    throw MissingTokensError.of(missing, this.specialTokens);
  }

  /**
   * Makes control tokens of the given texts. New ones get the ids from `vocabSize` on, and the model's
   * embedding must grow with them; one that the vocabulary has already keeps its id.
   * @returns the id of each, in order
   */
  addSpecialTokens(tokens: readonly string[]): Int32Array {
    for (const content of tokens) {
      if (content === '')
        throw new TokenizationError('addSpecialTokens: expected tokens with a text, got ""');
      if (this.added.get(content)?.special) continue;
      const id = this.tokenToId(content) ?? this.vocabSize;
      this.register([
        { id, content, special: true, singleWord: false, lstrip: false, rstrip: false, normalized: false },
      ]);
    }
    return Int32Array.from(tokens, (content) => this.tokenToId(content)!);
  }

  /**
   * Both files, as they must be written to load as this tokenizer: with every added token, whichever file it came from,
   * and with the frame that texts get.
   */
  toObjects(): TokenizerObjects {
    return {
      tokenizerJson: { ...this.tokenizerJson, ...this.changedFields() },
      tokenizerConfig: {
        ...this.tokenizerConfig,
        // Tokens that the class has where the config is silent are said aloud.
        ...(this.bosToken === undefined
          ? {}
          : { bos_token: this.tokenizerConfig.bos_token ?? this.bosToken }),
        ...(this.eosToken === undefined
          ? {}
          : { eos_token: this.tokenizerConfig.eos_token ?? this.eosToken }),
        added_tokens_decoder: writeAddedTokensDecoder(this.addedTokens),
      },
    };
  }

  /** The text of `tokenizer.json`: the one that was read, where nothing changed. */
  toTokenizerJson(): string {
    const { tokenizerJsonText: text } = this;
    if (text === undefined) return `${stringifyJson(this.toObjects().tokenizerJson, { indent: 2 })}\n`;
    return Object.entries(this.changedFields()).reduce(
      (changed, [key, value]) => withField(changed, key, value),
      text,
    );
  }

  /** Fields of tokenizer.json that are to be written other than they were read. */
  private changedFields(): JsonObject {
    const isListed =
      this.listed.length === this.added.size &&
      this.listed.every((token) => isSameToken(token, this.added.get(token.content)));
    return {
      ...(isListed ? {} : { added_tokens: writeAddedTokens(this.addedTokens) }),
      ...(this.isReframed ? { post_processor: writeFrame(this.frame, (id) => this.tokens[id]!) } : {}),
    };
  }

  private register(tokens: readonly AddedToken[]): void {
    for (const token of tokens) {
      const other = this.tokens[token.id];
      if (other !== undefined && other !== token.content) {
        throw new TokenizationError(
          `tokenizer.json: added_tokens: expected an id of its own for ${shortJson(token.content)}, ` +
            `got ${token.id}, which is ${shortJson(other)}`,
        );
      }
      this.tokens[token.id] = token.content;
      this.added.set(token.content, token);
      this.addedById.set(token.id, token);
      this.bytes.length = 0;
    }
    const written = this.addedTokens.filter((token) => !token.normalized);
    const normalized = this.addedTokens.filter((token) => token.normalized);
    this.findWritten = compileAddedTokens(new Map(written.map((token) => [token.content, token])));
    this.findNormalized = compileAddedTokens(
      new Map(
        normalized.map((token) => [this.normalize(unchangedText(token.content, 0), false).text, token]),
      ),
    );
    const control = this.addedTokens.filter(isControl);
    this.control = control.map((token) => token.content);
    this.pieces = new PieceEncoder(this.model, {
      byteLevel: this.preTokenizer.byteLevel,
      specialIds: new Set(control.map((token) => token.id)),
    });
  }

  /**
   * Text between two boundaries: added tokens are found in it, the rest is encoded.
   * @param continued the text before it was not an added token
   * @returns whether text behind it continues this one
   */
  private encodeSegment(
    { text, start: base }: Segment,
    continued: boolean,
    touchesPlain: TouchesPlain,
  ): boolean {
    let position = 0;
    const matches = this.findWritten(
      text,
      (token, start, end) => !isControl(token) || !touchesPlain(base + start, base + end),
    );
    for (const { token, start, end } of matches) {
      const section = unchangedText(text.slice(position, start), base + position);
      this.encodeSection(section, continued && position === 0, touchesPlain);
      this.out.push(token.id, base + start, base + end, token.special);
      position = end;
    }
    const rest = unchangedText(text.slice(position), base + position);
    this.encodeSection(rest, continued && position === 0, touchesPlain);
    return rest.text !== '';
  }

  /** Text between added tokens: normalized, searched again, and the rest of it encoded. */
  private encodeSection(section: AlignedText, continued: boolean, touchesPlain: TouchesPlain): void {
    if (section.text === '') return;
    const text = this.normalize(section, continued);
    const matches = this.findNormalized(text.text, (token, start, end) => {
      const span = originalSpan(text, start, end);
      return !isControl(token) || !touchesPlain(span.start, span.end);
    });
    let position = 0;
    for (const { token, start, end } of matches) {
      this.encodePieces(sliceAligned(text, position, start), continued && position === 0);
      const span = originalSpan(text, start, end);
      this.out.push(token.id, span.start, span.end, token.special);
      position = end;
    }
    this.encodePieces(sliceAligned(text, position, text.text.length), continued && position === 0);
  }

  private encodePieces(section: AlignedText, continued: boolean): void {
    if (section.text === '') return;
    const prepared = this.preTokenizer.prepare(section, continued);
    const take: TakeTokens = (tokens, at) => this.out.pushPiece(tokens, prepared, at);
    this.split(prepared.text, (piece, at) => this.pieces.encode(piece, at, take));
  }

  private bytesOf(id: number): Uint8Array {
    let bytes = this.bytes[id];
    if (bytes === undefined) {
      const token = this.tokens[id];
      if (token === undefined) return REPLACEMENT_BYTES;
      // Added tokens of the vocabulary are spelt as it spells (Gemma's runs of "▁"); others are plain text.
      const isSpelt = this.model.tokenToId.get(token) === id;
      bytes = isSpelt ? this.decoder.bytes(token) : utf8.encode(token);
      this.bytes[id] = bytes;
    }
    return bytes;
  }
}
