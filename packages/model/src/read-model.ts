/** Model directories as Hugging Face lays them out, wherever their files are. */
import { type Json, JsonFileError, jsonObject, parseFileText } from '@sftkit/json';
import { decoderModel } from './decoder.js';
import type { DecoderConfig } from './decoder-config.js';
import type { DecoderModel } from './decoder-model.js';
import { type ConfigJson, shown } from './families/config-fields.js';
import { families, readDecoderConfig } from './families/families.js';
import { ModelError, WeightsError } from './model-error.js';
import type { ByteSource } from './safetensors/byte-source.js';
import { loadWeights } from './safetensors/load-weights.js';

const SINGLE_FILE = 'model.safetensors';
const INDEX_FILE = 'model.safetensors.index.json';

/** The files of a model directory: on a disk, behind an address, in a folder that a page was given. */
export interface ModelFiles {
  /** Of the directory, for messages. */
  readonly name: string;
  /** Path or address of a file, for messages. */
  pathOf(file: string): string;
  /** Text in UTF-8; undefined where there is no such file. @throws {JsonFileError} if it is something else */
  text(file: string): Promise<string | undefined>;
  /** Bytes to be read by range; undefined where there is no such file. */
  bytes(file: string): Promise<(ByteSource & { close?(): Promise<void> }) | undefined>;
}

/** What a model directory says about the model, without its weights. */
export interface ModelDescription {
  readonly config: DecoderConfig;
  readonly model: DecoderModel;
  /** `config.json` as it stands, for fields that this package does not read; values as `parseJson` of @sftkit/json has them. */
  readonly configJson: ConfigJson;
  /** `generation_config.json`; undefined where there is none. */
  readonly generationConfig: ConfigJson | undefined;
}

export interface LoadedModel extends ModelDescription {
  /** Float32, by parameter name. */
  readonly weights: Map<string, Float32Array>;
  /** One line for each thing in the files that was passed over. */
  readonly warnings: readonly string[];
}

/**
 * Reads `config.json` and `generation_config.json`.
 * @throws {ModelError} if there is no model, or one that is not supported
 */
export async function readModelConfig(files: ModelFiles): Promise<ModelDescription> {
  const configJson = await readObject(files, 'config.json');
  if (configJson === undefined) {
    throw new ModelError(
      `${files.pathOf('config.json')}: no such file; expected a model directory in Hugging Face's layout`,
    );
  }
  const generationConfig = await readObject(files, 'generation_config.json');
  const config = readDecoderConfig(configJson);
  return { config, model: decoderModel(config), configJson, generationConfig };
}

/**
 * Reads config, generation config and weights (`model.safetensors`, or shards with `model.safetensors.index.json`), widened
 * to float32.
 * @throws {ModelError} if there is no model, or one that is not supported
 * @throws {WeightsError} if weights are missing, truncated or do not fit the config
 */
export async function readModel(files: ModelFiles): Promise<LoadedModel> {
  const description = await readModelConfig(files);
  const sources = await weightSources(files);
  try {
    const { parameterName } = families[description.config.family];
    const loaded = await loadWeights(sources, description.model.parameters, parameterName);
    return { ...description, ...loaded };
  } finally {
    await Promise.all(sources.map((source) => source.close?.()));
  }
}

async function weightSources(files: ModelFiles): Promise<(ByteSource & { close?(): Promise<void> })[]> {
  const single = await files.bytes(SINGLE_FILE);
  if (single !== undefined) return [single];
  const shards = await shardNames(files);
  const sources = await Promise.all(shards.map((shard) => files.bytes(shard)));
  const missing = shards.filter((_, index) => sources[index] === undefined);
  const present = sources.filter((source) => source !== undefined);
  if (missing.length === 0) return present;
  await Promise.all(present.map((source) => source.close?.()));
  throw new WeightsError(
    `${files.name}: ${missing.length} of ${shards.length} shards are missing: ${missing.join(', ')}; copy them here`,
  );
}

async function shardNames(files: ModelFiles): Promise<string[]> {
  const index = await readObject(files, INDEX_FILE);
  if (index === undefined) {
    throw new WeightsError(
      `${files.name}: expected ${SINGLE_FILE} or ${INDEX_FILE}, found neither; only safetensors weights are read`,
    );
  }
  const names = [...new Set(Object.values(jsonObject(index.weight_map) ?? {}))];
  if (names.length === 0 || !names.every(isFileName)) {
    throw new WeightsError(
      `${files.pathOf(INDEX_FILE)}: expected weight_map with file names beside it, got ${shown(names.slice(0, 3))}`,
    );
  }
  return names.sort();
}

/** A file beside the index, and nowhere else. */
function isFileName(name: unknown): name is string {
  return typeof name === 'string' && name !== '' && !/^\.{1,2}$|[\\/]/.test(name);
}

/** Undefined where there is no such file. */
async function readObject(files: ModelFiles, file: string): Promise<ConfigJson | undefined> {
  const path = files.pathOf(file);
  const json = await readJson(files, file).catch((cause: unknown) => {
    throw cause instanceof JsonFileError ? new ModelError(cause.message, { cause }) : cause;
  });
  const object = jsonObject(json);
  if (json !== undefined && object === undefined) {
    throw new ModelError(`${path}: expected an object, got ${shown(json)}`);
  }
  return object;
}

async function readJson(files: ModelFiles, file: string): Promise<Json | undefined> {
  const text = await files.text(file);
  return text === undefined ? undefined : parseFileText(text, files.pathOf(file));
}
