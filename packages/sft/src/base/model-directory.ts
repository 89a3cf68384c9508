/** A model directory from anywhere: what `fineTune` and `ChatModel` want of it, read in one go. */
import { decodeFileText } from '@sftkit/json';
import { bytesSource, type LoadedModel, type ModelFiles, readModel } from '@sftkit/model';
import { readTokenizer, type Tokenizer, type TokenizerFiles } from '@sftkit/tokenization';
import { SftError } from '../sft-error.js';

export type DirectoryFiles = ModelFiles & TokenizerFiles;

export interface ModelAndTokenizer {
  readonly model: LoadedModel;
  readonly tokenizer: Tokenizer;
}

/** @throws {ModelError | WeightsError | TokenizerFileError} if a file is missing, or not what its name says */
export async function readModelDirectory(files: DirectoryFiles): Promise<ModelAndTokenizer> {
  const tokenizer = await readTokenizer(files);
  return { model: await readModel(files), tokenizer };
}

/**
 * A model directory behind an address, as `https://example.org/models/mine`. Every file is fetched whole; what the server
 * answers with 404 is not there.
 * @throws {SftError} if the server cannot be reached, or answers with another error
 * @throws {ModelError | WeightsError | TokenizerFileError} as `readModelDirectory`
 */
export function fetchModel(address: string | URL): Promise<ModelAndTokenizer> {
  const name = String(address).replace(/\/$/, '');
  const pathOf = (file: string) => `${name}/${file}`;
  return readModelDirectory({
    name,
    pathOf,
    text: async (file) => {
      const bytes = await fetchBytes(pathOf(file));
      return bytes && decodeFileText(bytes, pathOf(file));
    },
    bytes: async (file) => {
      const bytes = await fetchBytes(pathOf(file));
      return bytes && bytesSource(pathOf(file), bytes);
    },
  });
}

/** Undefined where the server has no such file. */
async function fetchBytes(address: string): Promise<Uint8Array | undefined> {
  const response = await fetch(address).catch((cause: unknown) => {
    throw new SftError(`${address}: cannot be fetched (${cause instanceof Error ? cause.message : cause})`, {
      cause,
    });
  });
  if (response.status === 404) return undefined;
  if (!response.ok) {
    throw new SftError(
      `${address}: expected a file, the server answered ${response.status} ${response.statusText}`,
    );
  }
  return new Uint8Array(await response.arrayBuffer());
}
