/** Model directories as Hugging Face lays them out. */
import { existsSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { jsonObject } from '@sftkit/json';
import { JsonFileError, readJsonFile } from '@sftkit/json/node';
import { decoderModel } from './decoder.js';
import type { DecoderConfig } from './decoder-config.js';
import type { DecoderModel } from './decoder-model.js';
import { type ConfigJson, shown } from './families/config-fields.js';
import { families, readDecoderConfig } from './families/families.js';
import { type FileSource, fileSource } from './file-source.node.js';
import { ModelError, WeightsError } from './model-error.js';
import { loadWeights } from './safetensors/load-weights.js';

const SINGLE_FILE = 'model.safetensors';
const INDEX_FILE = 'model.safetensors.index.json';

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
 * Reads `config.json` and `generation_config.json` of a model directory.
 * @throws {ModelError} if the directory holds no model, or one that is not supported
 */
export async function loadModelConfig(directory: string): Promise<ModelDescription> {
  const path = join(directory, 'config.json');
  const configJson = await readObject(path);
  if (configJson === undefined) {
    const found = await stat(directory).catch(() => undefined);
    const problem =
      found === undefined
        ? `${directory}: no such directory`
        : found.isDirectory()
          ? `${path}: no such file`
          : `${directory}: this is a file`;
    throw new ModelError(`${problem}; expected a model directory in Hugging Face's layout`);
  }
  const generationConfig = await readObject(join(directory, 'generation_config.json'));
  const config = readDecoderConfig(configJson);
  return { config, model: decoderModel(config), configJson, generationConfig };
}

/**
 * Reads a model directory: config, generation config and weights (`model.safetensors`, or shards with
 * `model.safetensors.index.json`), widened to float32.
 * @throws {ModelError} if the directory holds no model or one that is not supported
 * @throws {WeightsError} if weights are missing, truncated or do not fit the config
 */
export async function loadModel(directory: string): Promise<LoadedModel> {
  const description = await loadModelConfig(directory);
  const sources: FileSource[] = [];
  try {
    for (const path of await weightFiles(directory)) {
      sources.push(await fileSource(path));
    }
    const { parameterName } = families[description.config.family];
    const loaded = await loadWeights(sources, description.model.parameters, parameterName);
    return { ...description, ...loaded };
  } finally {
    await Promise.all(sources.map((source) => source.close()));
  }
}

async function weightFiles(directory: string): Promise<string[]> {
  const single = join(directory, SINGLE_FILE);
  if (existsSync(single)) {
    return [single];
  }
  const indexPath = join(directory, INDEX_FILE);
  const index = await readObject(indexPath);
  if (index === undefined) {
    throw new WeightsError(
      `${directory}: expected ${SINGLE_FILE} or ${INDEX_FILE}, found neither; only safetensors weights are read`,
    );
  }
  const files = [...new Set(Object.values(jsonObject(index.weight_map) ?? {}))];
  if (
    files.length === 0 ||
    !files.every((file): file is string => typeof file === 'string' && file === basename(file))
  ) {
    throw new WeightsError(
      `${indexPath}: expected weight_map with file names beside it, got ${shown(files.slice(0, 3))}`,
    );
  }
  const missing = files.filter((file) => !existsSync(join(directory, file)));
  if (missing.length > 0) {
    throw new WeightsError(
      `${directory}: ${missing.length} of ${files.length} shards are missing: ${missing.join(', ')}; copy them here`,
    );
  }
  return files.sort().map((file) => join(directory, file));
}

/** Undefined where there is no such file. */
async function readObject(path: string): Promise<ConfigJson | undefined> {
  const json = await readJsonFile(path).catch((cause: unknown) => {
    throw cause instanceof JsonFileError ? new ModelError(cause.message, { cause }) : cause;
  });
  const object = jsonObject(json);
  if (json !== undefined && object === undefined) {
    throw new ModelError(`${path}: expected an object, got ${shown(json)}`);
  }
  return object;
}
