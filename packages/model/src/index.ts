export { decoderModel } from './decoder.js';
export type { DecoderConfig, DecoderFamily } from './decoder-config.js';
export type {
  Branch,
  DecoderBatch,
  DecoderModel,
  HiddenOptions,
  KeyValueCache,
  ParameterSpec,
  ParameterTensors,
  ResidualDropout,
} from './decoder-model.js';
export type { ConfigJson } from './families/config-fields.js';
export { readDecoderConfig, writeDecoderConfig } from './families/families.js';
export { type GenerationPlan, generationPlan } from './generation/generation-programs.js';
export {
  type EndReason,
  type Generated,
  type GenerateOptions,
  TokenGenerator,
} from './generation/token-generator.js';
export { stopTokenIds } from './generation-config.js';
export { initialize } from './initialize.js';
export { ConfigError, ModelError, WeightsError } from './model-error.js';
export {
  type LoadedModel,
  type ModelDescription,
  type ModelFiles,
  readModel,
  readModelConfig,
} from './read-model.js';
export { type ResizedModel, resizeEmbedding } from './resize-embedding.js';
export { type ByteSource, bytesSource } from './safetensors/byte-source.js';
export type { FloatFormat } from './safetensors/float-formats.js';
export { type LoadedWeights, loadWeights } from './safetensors/load-weights.js';
export { readHeader, type SafetensorsHeader, type TensorEntry } from './safetensors/read-header.js';
export { readTensor } from './safetensors/read-tensor.js';
export { type NamedTensor, writeSafetensors } from './safetensors/write-safetensors.js';
