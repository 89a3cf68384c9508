/**
 * The vocabulary and its way of cutting a piece into symbols: @huggingface/tokenizers' BPE (merges in order
 * of rank) and Unigram (most likely path). Symbols are exact parts of the piece, not yet ids, which is what
 * makes offsets possible: "unknown" and byte tokens come after.
 */
import { BPE, Unigram } from '@huggingface/tokenizers';
import { TokenizationError } from './tokenization-error.js';
import { type Component, describe } from './tokenizer-json.js';

export interface SubwordModel {
  /** The piece as symbols; joined they are the piece again. */
  symbols(piece: string): readonly string[];
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
  const model = new BPE(component as unknown as ConstructorParameters<typeof BPE>[0]);
  return {
    symbols: (piece) => model.bpe(piece),
    tokenToId: model.tokens_to_ids,
    unknownId: model.unk_token_id,
    fuseUnknown: model.fuse_unk,
    byteFallback: model.byte_fallback,
    ignoreMerges: model.ignore_merges,
  };
}

function compileUnigram(component: Component): SubwordModel {
  const model = new Unigram(component as unknown as ConstructorParameters<typeof Unigram>[0], '</s>');
  return {
    symbols: (piece) => model.tokenize(piece),
    tokenToId: model.tokens_to_ids,
    unknownId: model.unk_token_id,
    fuseUnknown: true,
    byteFallback: component.byte_fallback === true,
    ignoreMerges: false,
  };
}
