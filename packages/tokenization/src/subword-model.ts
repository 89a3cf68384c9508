/**
 * The vocabulary and its way of cutting a piece into symbols: BPE (merges in order of rank) and @huggingface/tokenizers'
 * Unigram (most likely path). Symbols are exact parts of the piece, not yet all of them tokens, which is what makes
 * offsets possible: "unknown" and byte tokens come after.
 */
import { Unigram } from '@huggingface/tokenizers';
import { MergeTable, NONE, readMerges } from './merge-table.js';
import type { Splitter } from './split-pattern.js';
import { TokenizationError } from './tokenization-error.js';
import { type Component, describe } from './tokenizer-json.js';
import { WindowedMerger } from './windowed-merger.js';
import { compileWordCuts } from './word-cuts.js';

/**
 * @param id token of the symbol, or NONE
 * @param length in UTF-16 code units of the piece
 */
export type TakeSymbol = (id: number, length: number) => void;

export interface SubwordModel {
  /** Hands on the symbols of the piece in order; they make up the piece. `take` must not use the model. */
  symbols(piece: string, take: TakeSymbol): void;
  /** Cuts a piece into smaller ones that have the same symbols, if the model knows where. */
  readonly cut: Splitter | undefined;
  readonly tokenToId: ReadonlyMap<string, number>;
  /** Id of the token for symbols that have none, if the model has one. */
  readonly unknownId: number | undefined;
  /** Neighbouring unknown symbols become one unknown token. */
  readonly fuseUnknown: boolean;
  /** Symbols that have no token are written as `<0xNN>` tokens, one for each byte. */
  readonly byteFallback: boolean;
  /** A piece that is a token by itself is that token, whatever its merges say. */
  readonly ignoreMerges: boolean;
}

/**
 * @param component of type BPE or Unigram, as `readTokenizerJson` checked it
 * @throws {TokenizationError} for options whose offsets this package cannot give
 */
export function compileModel(component: Component): SubwordModel {
  return component.type === 'BPE' ? compileBpe(component) : compileUnigram(component);
}

function compileBpe(component: Component): SubwordModel {
  for (const key of ['continuing_subword_prefix', 'continuing_subword_suffix', 'end_of_word_suffix']) {
    if (component[key]) {
      throw new TokenizationError(
        `tokenizer.json: model: expected BPE without ${key}, got ${describe(component[key])}; ` +
          'offsets through it are not supported',
      );
    }
  }
  const vocab = component.vocab as Readonly<Record<string, number>>;
  const tokenToId = new Map<string, number>();
  for (const token of Object.keys(vocab)) tokenToId.set(token, vocab[token]!);
  const merges = readMerges(component.merges as readonly unknown[]);
  const table = new MergeTable(tokenToId, merges);
  const merger = new WindowedMerger(table);
  const ignoreMerges = component.ignore_merges === true;
  return {
    symbols: (piece, take) => {
      const { symbols, ends, count } = merger.merge(piece);
      for (let i = 0, start = 0; i < count; i++) {
        const symbol = symbols[i]!;
        const end = ends[i]!;
        take(symbol === NONE ? NONE : table.tokenIds[symbol]!, end - start);
        start = end;
      }
    },
    // With ignore_merges, a whole piece may be a token that its parts do not make.
    cut: ignoreMerges ? undefined : compileWordCuts(merges, table),
    tokenToId,
    unknownId: tokenToId.get(component.unk_token as string),
    fuseUnknown: component.fuse_unk === true,
    byteFallback: component.byte_fallback === true,
    ignoreMerges,
  };
}

function compileUnigram(component: Component): SubwordModel {
  const model = new Unigram(component as unknown as ConstructorParameters<typeof Unigram>[0], '</s>');
  const tokenToId: ReadonlyMap<string, number> = model.tokens_to_ids;
  return {
    symbols: (piece, take) => {
      for (const symbol of model.tokenize(piece)) take(tokenToId.get(symbol) ?? NONE, symbol.length);
    },
    cut: undefined,
    tokenToId,
    unknownId: model.unk_token_id,
    fuseUnknown: true,
    byteFallback: component.byte_fallback === true,
    ignoreMerges: false,
  };
}
