/** Model directories on a disk. */
import { existsSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { readTextFile } from '@sftkit/json/node';
import { fileSource } from './file-source.node.js';
import { ModelError } from './model-error.js';
import {
  type LoadedModel,
  type ModelDescription,
  type ModelFiles,
  readModel,
  readModelConfig,
} from './read-model.js';

/**
 * Reads `config.json` and `generation_config.json` of a model directory.
 * @throws {ModelError} if the directory holds no model, or one that is not supported
 */
export async function loadModelConfig(directory: string): Promise<ModelDescription> {
  await checkDirectory(directory);
  return readModelConfig(directoryFiles(directory));
}

/**
 * Reads a model directory; see `readModel`.
 * @throws {ModelError} if the directory holds no model or one that is not supported
 * @throws {WeightsError} if weights are missing, truncated or do not fit the config
 */
export async function loadModel(directory: string): Promise<LoadedModel> {
  await checkDirectory(directory);
  return readModel(directoryFiles(directory));
}

function directoryFiles(directory: string): ModelFiles {
  const pathOf = (file: string) => join(directory, file);
  return {
    name: directory,
    pathOf,
    text: (file) => readTextFile(pathOf(file)),
    bytes: async (file) => (existsSync(pathOf(file)) ? fileSource(pathOf(file)) : undefined),
  };
}

async function checkDirectory(directory: string): Promise<void> {
  const found = await stat(directory).catch(() => undefined);
  if (found?.isDirectory() === true) return;
  const problem = found === undefined ? 'no such directory' : 'this is a file';
  throw new ModelError(`${directory}: ${problem}; expected a model directory in Hugging Face's layout`);
}
