/**
 * A llama2.c model as a Hugging Face directory:
 *
 *     pnpm convert:llama2c MODEL.bin TOKENIZER.bin OUT_DIR
 */
import { readFile } from 'node:fs/promises';
import { pathToFileURL } from 'node:url';
import { saveModel } from '@sftkit/model/node';
import { readLlama2cCheckpoint } from './llama2c-checkpoint.js';
import { readLlama2cTokenizer } from './llama2c-tokenizer.js';

/**
 * Converts checkpoint and tokenizer and writes the directory.
 * @throws {Error} if a file is not what llama2.c writes, or the directory cannot be written
 */
export async function convertLlama2c(
  modelFile: string,
  tokenizerFile: string,
  directory: string,
): Promise<void> {
  const { config, weights } = readLlama2cCheckpoint(await readFile(modelFile));
  const files = readLlama2cTokenizer(await readFile(tokenizerFile), config);
  // Stories are separated by <s> in the training data, so that is what ends one; </s> never occurs.
  const tokenIds = { bos_token_id: 1, eos_token_id: [2, 1] };
  await saveModel(directory, {
    config,
    weights,
    configJson: { bos_token_id: 1, eos_token_id: 2 },
    generationConfig: tokenIds,
    files: { ...files },
  });
}

async function main(argv: readonly string[]): Promise<void> {
  const [modelFile, tokenizerFile, directory] = argv;
  if (
    modelFile === undefined ||
    tokenizerFile === undefined ||
    directory === undefined ||
    argv.length !== 3
  ) {
    throw new Error('usage: pnpm convert:llama2c MODEL.bin TOKENIZER.bin OUT_DIR');
  }
  await convertLlama2c(modelFile, tokenizerFile, directory);
  console.log(`wrote ${directory}`);
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  main(process.argv.slice(2)).catch((error: Error) => {
    console.error(`convert:llama2c: ${error.message}`);
    process.exitCode = 1;
  });
}
