export { readTokenizer, type TokenizerFiles } from './read-tokenizer.js';
export { StreamDecoder } from './stream-decoder.js';
export { MissingTokensError, TokenizationError, TokenizerFileError } from './tokenization-error.js';
export { Tokenizer } from './tokenizer.js';
export type {
  DecodeOptions,
  EncodeOptions,
  TokenizerObjects,
  TokenizerSources,
} from './tokenizer-options.js';
export { type TrainByteLevelBpeOptions, trainByteLevelBpe } from './train-byte-level-bpe.js';
export type { AddedToken, Encoding, JsonObject, Span } from './types.js';
