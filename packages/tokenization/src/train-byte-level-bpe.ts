/**
 * A trainer of byte-level BPE tokenizers for small models of one's own. It writes the standard
 * tokenizer.json, so every other tool reads the result. Ids: special tokens, then the 256 bytes, then the
 * merges in the order they were learnt.
 */

import { shortJson } from '@sftkit/json';
import { compileAddedTokens } from './added-token-finder.js';
import { byteCharacters, spellBytes } from './byte-level.js';
import { type CountedWord, learnMerges, MAX_SYMBOLS } from './learn-merges.js';
import { compilePreTokenizer, GPT2_PATTERN } from './pre-tokenizer.js';
import type { Splitter } from './split-pattern.js';
import { TokenizationError } from './tokenization-error.js';
import { writeAddedTokens, writeAddedTokensDecoder } from './tokenizer-config.js';
import { readTokenizerJson } from './tokenizer-json.js';
import type { TokenizerObjects } from './tokenizer-options.js';
import type { AddedToken } from './types.js';

export interface TrainByteLevelBpeOptions {
  /** Most tokens, special tokens and the 256 bytes included; fewer if the text has no more pairs. */
  readonly vocabSize: number;
  /** Control tokens; they get the first ids, and are no words where the texts hold them. */
  readonly specialTokens?: readonly string[];
  /** Pairs that occur less often are not merged. */
  readonly minFrequency?: number;
  /**
   * How words are cut: as GPT-2 does; as Llama 3 does (numbers in threes, case-blind contractions, line ends
   * apart); or as Qwen 2 does (the same, with single digits).
   */
  readonly pattern?: 'gpt2' | 'llama3' | 'qwen2';
  /** Written into the config; each must be one of `specialTokens`. */
  readonly bosToken?: string;
  readonly eosToken?: string;
  readonly padToken?: string;
}

/** Llama 3's cut, with digits in groups of `digits`. */
function llamaPattern(digits: string): string {
  return (
    `(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|${digits}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*` +
    '|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+'
  );
}

const PATTERNS = {
  gpt2: GPT2_PATTERN,
  llama3: llamaPattern('\\p{N}{1,3}'),
  qwen2: llamaPattern('\\p{N}'),
} as const;

/**
 * Learns a tokenizer from texts. The same texts and options give the same files, whatever the order of the
 * texts: between pairs of equal count the one of lower ids is merged first.
 * @returns both files, for `Tokenizer.fromObjects` or to be written as JSON
 * @throws {TokenizationError} if the vocabulary cannot hold the bytes and the special tokens
 */
export function trainByteLevelBpe(
  texts: Iterable<string>,
  options: TrainByteLevelBpeOptions,
): TokenizerObjects {
  const { vocabSize, specialTokens = [], minFrequency = 2, pattern = 'llama3' } = options;
  checkOptions(options);
  const preTokenizer = {
    type: 'Sequence',
    pretokenizers: [
      { type: 'Split', pattern: { Regex: PATTERNS[pattern] }, behavior: 'Isolated', invert: false },
      { type: 'ByteLevel', add_prefix_space: false, trim_offsets: false, use_regex: false },
    ],
  };
  const addedTokens = specialTokens.map(controlToken);
  const counts = countWords(texts, addedTokens, compilePreTokenizer(preTokenizer).split);

  // The bytes in the order of their characters, the order of other trainers.
  const vocabulary = [...specialTokens, ...[...byteCharacters()].sort()];
  const ids = new Map(vocabulary.map((token, id) => [token, id]));
  const words: CountedWord[] = [];
  for (const [word, count] of counts) {
    words.push({ symbols: Array.from(spellBytes(word), (character) => ids.get(character)!), count });
  }
  const firstId = vocabulary.length;
  const merges = learnMerges(words, firstId, vocabSize - firstId, minFrequency);
  for (const { left, right } of merges) vocabulary.push(vocabulary[left]! + vocabulary[right]!);

  const tokenizerJson = {
    version: '1.0',
    truncation: null,
    padding: null,
    added_tokens: [],
    normalizer: null,
    pre_tokenizer: preTokenizer,
    post_processor: { type: 'ByteLevel', add_prefix_space: false, trim_offsets: false, use_regex: false },
    decoder: { type: 'ByteLevel', add_prefix_space: false, trim_offsets: false, use_regex: false },
    model: {
      type: 'BPE',
      dropout: null,
      unk_token: null,
      continuing_subword_prefix: null,
      end_of_word_suffix: null,
      fuse_unk: false,
      byte_fallback: false,
      ignore_merges: false,
      vocab: Object.fromEntries(vocabulary.map((token, id) => [token, id])),
      // Spelt tokens hold no space, so the older form that every version reads is unambiguous.
      merges: merges.map(({ left, right }) => `${vocabulary[left]} ${vocabulary[right]}`),
    },
  };
  const tokenizerConfig = {
    tokenizer_class: 'PreTrainedTokenizerFast',
    clean_up_tokenization_spaces: false,
    bos_token: options.bosToken ?? null,
    eos_token: options.eosToken ?? null,
    pad_token: options.padToken ?? null,
  };
  // What was written must be what is read: the same check as for a file.
  readTokenizerJson(tokenizerJson);
  return {
    tokenizerJson: { ...tokenizerJson, added_tokens: writeAddedTokens(addedTokens) },
    tokenizerConfig: { ...tokenizerConfig, added_tokens_decoder: writeAddedTokensDecoder(addedTokens) },
  };
}

function countWords(
  texts: Iterable<string>,
  addedTokens: readonly AddedToken[],
  split: Splitter,
): ReadonlyMap<string, number> {
  const find = compileAddedTokens(new Map(addedTokens.map((token) => [token.content, token])));
  const counts = new Map<string, number>();
  const count = (word: string) => counts.set(word, (counts.get(word) ?? 0) + 1);
  for (const text of texts) {
    let position = 0;
    for (const { start, end } of find(text, () => true)) {
      split(text.slice(position, start), count);
      position = end;
    }
    split(text.slice(position), count);
  }
  return counts;
}

function checkOptions({
  vocabSize,
  specialTokens = [],
  bosToken,
  eosToken,
  padToken,
}: TrainByteLevelBpeOptions): void {
  const least = 256 + specialTokens.length;
  if (!Number.isInteger(vocabSize) || vocabSize < least || vocabSize > MAX_SYMBOLS) {
    throw new TokenizationError(
      `trainByteLevelBpe: expected vocabSize to be at least ${least} (256 bytes and ${specialTokens.length} special ` +
        `tokens) and at most ${MAX_SYMBOLS}, got ${vocabSize}; give it room for merges, too`,
    );
  }
  const clash = specialTokens.find(
    (token, index) =>
      token === '' || specialTokens.indexOf(token) !== index || byteCharacters().includes(token),
  );
  if (clash !== undefined) {
    throw new TokenizationError(
      `trainByteLevelBpe: expected special tokens that differ and are longer than one character, got ${shortJson(clash)}`,
    );
  }
  for (const [name, token] of Object.entries({ bosToken, eosToken, padToken })) {
    if (token !== undefined && !specialTokens.includes(token)) {
      throw new TokenizationError(
        `trainByteLevelBpe: expected ${name} to be one of specialTokens, got ${shortJson(token)}; add it to them`,
      );
    }
  }
}

function controlToken(content: string, id: number): AddedToken {
  return { id, content, special: true, singleWord: false, lstrip: false, rstrip: false, normalized: false };
}
