import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { Tokenizer } from '@sftkit/tokenization';

/** Real tokenizers, development dependencies all of them. */
export const TOKENIZERS = [
  'deepseek_v3',
  'gemma3',
  'gpt2',
  'gptoss',
  'llama2',
  'llama3_2',
  'mistral_nemo',
  'qwen2_5',
  'qwen3',
] as const;

const require = createRequire(import.meta.url);

export function loadTokenizer(name: (typeof TOKENIZERS)[number]): Tokenizer {
  const [json, config] = ['tokenizer', 'tokenizer_config'].map((file): unknown =>
    JSON.parse(readFileSync(require.resolve(`@lenml/tokenizer-${name}/models/${file}.json`), 'utf8')),
  );
  return Tokenizer.fromObjects(json, config);
}
