import { existsSync } from 'node:fs';
import { mkdir, open, readdir, rename, rm } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { stringifyJson } from '@sftkit/json';
import { decoderModel } from './decoder.js';
import type { DecoderConfig } from './decoder-config.js';
import type { ConfigJson } from './families/config-fields.js';
import { writeDecoderConfig } from './families/families.js';
import { ModelError, WeightsError } from './model-error.js';
import type { FloatFormat } from './safetensors/float-formats.js';
import { writeSafetensors } from './safetensors/write-safetensors.js';

/** What transformers calls the formats. */
const TORCH_DTYPE: Readonly<Record<FloatFormat, string>> = {
  F32: 'float32',
  F16: 'float16',
  BF16: 'bfloat16',
};

export interface SaveModelOptions {
  readonly config: DecoderConfig;
  /** By parameter name; entries that the model does not have are not written. */
  readonly weights: ReadonlyMap<string, Float32Array>;
  /** `config.json` that the model came with (or further fields such as `bos_token_id`): what did not change stays as it is. */
  readonly configJson?: ConfigJson | undefined;
  /** Content of `generation_config.json`. */
  readonly generationConfig?: ConfigJson | undefined;
  /** Further files by name: text, bytes and bytes in pieces as they are, anything else as JSON (`tokenizer.json`, ...). */
  readonly files?: Readonly<Record<string, unknown>> | undefined;
  /** F32 unless told; F16 and BF16 round. */
  readonly format?: FloatFormat | undefined;
}

/**
 * Writes a model directory that Hugging Face's tools load. Everything is written beside its place and then renamed,
 * so that the directory is there whole or not at all.
 * @throws {ModelError} if the directory exists and is not empty, or cannot be written (the disk's error is the cause)
 * @throws {WeightsError} if a parameter is missing or has the wrong size
 */
export async function saveModel(directory: string, options: SaveModelOptions): Promise<void> {
  const target = resolve(directory);
  if (existsSync(target) && (await readdir(target)).length > 0) {
    throw new ModelError(
      `${directory}: expected a new or an empty directory, got one with files in it; remove it or choose another`,
    );
  }
  const contents = modelFiles(options);
  const partial = join(dirname(target), `.${basename(target)}.partial`);
  try {
    await rm(partial, { recursive: true, force: true });
    await mkdir(partial, { recursive: true });
    for (const [name, pieces] of Object.entries(contents)) {
      await writePieces(join(partial, name), pieces);
    }
    await rename(partial, target);
  } catch (cause) {
    await rm(partial, { recursive: true, force: true }).catch(() => undefined);
    throw cause instanceof ModelError
      ? cause
      : new ModelError(
          `${directory}: the model could not be written (${(cause as Error).message}); nothing was left there`,
          { cause },
        );
  }
}

/** Files of the directory by name, as pieces of bytes made when they are written. */
function modelFiles({
  config,
  weights,
  configJson,
  generationConfig,
  files = {},
  format = 'F32',
}: SaveModelOptions): Record<string, Iterable<Uint8Array>> {
  const { parameters } = decoderModel(config);
  const missing = parameters.map(({ name }) => name).filter((name) => !weights.has(name));
  if (missing.length > 0) {
    throw new WeightsError(`save: ${missing.length} tensors are missing: ${missing.join(', ')}`, {
      tensors: missing,
    });
  }
  const tensors = parameters.map(({ name, shape }) => ({ name, shape, data: weights.get(name)! }));
  const description = { ...writeDecoderConfig(config, configJson), ...dtypeFields(configJson, format) };
  const texts: Record<string, unknown> = { ...files, 'config.json': description };
  if (generationConfig !== undefined) {
    texts['generation_config.json'] = generationConfig;
  }
  return {
    ...Object.fromEntries(
      Object.entries(texts).map(([name, content]) => [
        name,
        isPieces(content) ? content : [toBytes(content)],
      ]),
    ),
    'model.safetensors': writeSafetensors(tensors, { format }),
  };
}

/** Which of the two names transformers reads depends on its release; the file keeps those that it has. */
function dtypeFields(configJson: ConfigJson = {}, format: FloatFormat): ConfigJson {
  const names = ['torch_dtype', 'dtype'].filter((name) => configJson[name] !== undefined);
  return Object.fromEntries(
    (names.length > 0 ? names : ['torch_dtype']).map((name) => [name, TORCH_DTYPE[format]]),
  );
}

/** A list is JSON; what is made piece by piece, as by `writeSafetensors`, is no list. */
function isPieces(content: unknown): content is Iterable<Uint8Array> {
  return typeof content === 'object' && content !== null && 'next' in content && Symbol.iterator in content;
}

function toBytes(content: unknown): Uint8Array {
  if (content instanceof Uint8Array) {
    return content;
  }
  return new TextEncoder().encode(
    typeof content === 'string' ? content : `${stringifyJson(content, { indent: 2 })}\n`,
  );
}

async function writePieces(path: string, pieces: Iterable<Uint8Array>): Promise<void> {
  const handle = await open(path, 'w');
  try {
    for (const piece of pieces) {
      await handle.writeFile(piece);
    }
    await handle.sync();
  } finally {
    await handle.close();
  }
}
