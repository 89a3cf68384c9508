export { StreamDecoder } from './stream-decoder.js';
export { MissingTokensError, TokenizationError, TokenizerFileError } from './tokenization-error.js';
export {
  type DecodeOptions,
  type EncodeOptions,
  Tokenizer,
  type TokenizerObjects,
  type TokenizerSources,
} from './tokenizer.js';
export { type TrainByteLevelBpeOptions, trainByteLevelBpe } from './train-byte-level-bpe.js';
export type { AddedToken, Encoding, JsonObject, Span } from './types.js';
