import type { DecoderConfig, DecoderFamily } from '../decoder-config.js';
import { ConfigError } from '../model-error.js';
import { ConfigFields, type ConfigJson } from './config-fields.js';
import type { Family } from './family.js';
import { gpt2 } from './gpt2.js';
import { llama } from './llama.js';
import { mistral } from './mistral.js';
import { qwen2 } from './qwen2.js';
import { qwen3 } from './qwen3.js';

/** Every family that can be read and written. */
export const families: Readonly<Record<DecoderFamily, Family>> = { llama, mistral, qwen2, qwen3, gpt2 };

/**
 * Reads a Hugging Face `config.json`.
 * @throws {ConfigError} if the architecture is unknown, a field is missing or wrong, or an option is asked for
 *   that is not computed
 */
export function readDecoderConfig(json: unknown): DecoderConfig {
  if (typeof json !== 'object' || json === null || Array.isArray(json)) {
    throw new ConfigError('(root)', `expected an object, got ${JSON.stringify(json)}`);
  }
  const fields = new ConfigFields(json as ConfigJson);
  const family = findFamily(fields);
  if (fields.get('quantization_config') !== undefined) {
    throw fields.error(
      'quantization_config',
      'quantized weights are not supported; use the unquantized model',
    );
  }
  return family.readConfig(fields);
}

/** Hugging Face's `config.json` of a model: the fields of `base` that are not ours, under those that are. */
export function writeDecoderConfig(config: DecoderConfig, base: ConfigJson = {}): ConfigJson {
  const { modelType, architecture, writeConfig } = families[config.family];
  // Two sources for the rotary settings would contradict each other after a change; the written one is complete.
  const { rope_parameters: _replaced, ...kept } = base;
  return { ...kept, architectures: [architecture], model_type: modelType, ...writeConfig(config) };
}

function findFamily(fields: ConfigFields): Family {
  const known = Object.values(families);
  const supported = known.map(({ architecture }) => architecture).join(', ');
  const architectures = fields.get('architectures');
  const architecture = Array.isArray(architectures) ? architectures[0] : undefined;
  const modelType = fields.get('model_type');
  const family =
    modelType === undefined
      ? known.find((candidate) => candidate.architecture === architecture)
      : known.find((candidate) => candidate.modelType === modelType);
  if (family === undefined) {
    const field = modelType === undefined ? 'architectures' : 'model_type';
    throw fields.error(
      field,
      `expected one of the supported architectures (${supported}), got ${JSON.stringify(modelType ?? architectures ?? null)}`,
    );
  }
  if (architecture !== undefined && architecture !== family.architecture) {
    throw fields.error(
      'architectures',
      `expected "${family.architecture}" for model_type "${family.modelType}", got ${JSON.stringify(architecture)}; supported: ${supported}`,
    );
  }
  return family;
}
