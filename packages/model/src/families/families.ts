import { jsonObject, stringifyJson } from '@sftkit/json';
import type { DecoderConfig, DecoderFamily } from '../decoder-config.js';
import { ConfigError } from '../model-error.js';
import { ConfigFields, type ConfigJson, LIMITS, shown } from './config-fields.js';
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
  const object = jsonObject(json);
  if (object === undefined) {
    throw new ConfigError('(root)', `expected an object, got ${shown(json)}`);
  }
  const fields = new ConfigFields(object);
  const family = findFamily(fields);
  if (fields.get('quantization_config') !== undefined) {
    throw fields.error(
      'quantization_config',
      'quantized weights are not supported; use the unquantized model',
    );
  }
  const config = family.readConfig(fields);
  checkSizes(fields, config);
  return config;
}

/** @throws {ConfigError} naming the field that makes a matrix too large; each by itself may be right */
function checkSizes(fields: ConfigFields, config: DecoderConfig): void {
  const { width } = config;
  const [vocabulary, inner, heads, positions, ofWidth] =
    config.family === 'gpt2'
      ? ['vocab_size', 'n_inner', 'n_head', 'n_positions', 'n_embd']
      : ['vocab_size', 'intermediate_size', 'num_attention_heads', 'max_position_embeddings', 'hidden_size'];
  const rows = [
    [vocabulary, config.vocabSize],
    [inner, config.feedForwardWidth],
    // GPT-2 has queries, keys and values in one matrix, and learned positions.
    [heads, config.numHeads * config.headWidth * (config.family === 'gpt2' ? 3 : 1)],
    [positions, config.family === 'gpt2' ? config.maxPositions : 0],
  ] as const;
  for (const [field, count] of rows) {
    if (count * width <= LIMITS.elements) continue;
    throw fields.error(
      field,
      `expected matrices of at most ${LIMITS.elements} elements, got one of ${count} x ${width}; ${field} or ${ofWidth} is wrong`,
    );
  }
}

/**
 * Hugging Face's `config.json` of a model. Where `base` is the config of a model of the same family, it is `base` with
 * the fields that say something else now: everything else stays as it is written, or absent. Otherwise the model's fields
 * are all written, over those of `base`.
 * @returns for `stringifyJson` of @sftkit/json, which writes 8.0 as a float
 */
export function writeDecoderConfig(config: DecoderConfig, base: ConfigJson = {}): ConfigJson {
  const { modelType, architecture, writeConfig } = families[config.family];
  const [known] = Array.isArray(base.architectures) ? base.architectures : [];
  const named = {
    ...base,
    architectures: known === architecture ? base.architectures : [architecture],
    model_type: modelType,
  };
  const ours = writeConfig(config);
  const before = tryRead(base);
  if (before?.family === config.family) {
    const old = writeConfig(before);
    const changed = Object.entries(ours).filter(
      ([field, value]) => stringifyJson(value) !== stringifyJson(old[field]),
    );
    const written = { ...named, ...Object.fromEntries(changed) };
    const after = tryRead(written);
    // A field that is absent may follow one that has changed, and rotary settings may stand twice.
    if (after !== undefined && stringifyJson(writeConfig(after)) === stringifyJson(ours)) {
      return written;
    }
  }
  const all = Object.entries({ ...named, ...ours });
  return Object.fromEntries(all.filter(([, value]) => value !== undefined));
}

function tryRead(json: ConfigJson): DecoderConfig | undefined {
  try {
    return readDecoderConfig(json);
  } catch (error) {
    if (error instanceof ConfigError) return undefined;
    throw error;
  }
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
      `expected one of the supported architectures (${supported}), got ${shown(modelType ?? architectures ?? null)}`,
    );
  }
  if (architecture !== undefined && architecture !== family.architecture) {
    throw fields.error(
      'architectures',
      `expected "${family.architecture}" for model_type "${family.modelType}", got ${shown(architecture)}; supported: ${supported}`,
    );
  }
  return family;
}
