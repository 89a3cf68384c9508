/** A model directory and data, small enough to train in a second on the float32 reference. */
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ConfigJson, initialize, readDecoderConfig } from '@sftkit/model';
import { saveModel } from '@sftkit/model/node';
import { Tokenizer, trainByteLevelBpe } from '@sftkit/tokenization';
import { main } from '../src/main.js';
import { painter } from '../src/terminal.js';

export interface Outcome {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** Runs the command line in this process. */
export async function sftkit(...args: readonly string[]): Promise<Outcome> {
  let out = '';
  let err = '';
  const code = await main(args, {
    out: (text) => {
      out += text;
    },
    err: (text) => {
      err += text;
    },
    isTTY: false,
    columns: 100,
    paint: painter(false),
  });
  return { code, out, err };
}

export function temporaryDirectory(): string {
  return mkdtempSync(join(tmpdir(), 'sftkit-cli-'));
}

export const conversations = [
  ['Hi', 'Hello!'],
  ['Who is Lily?', 'Lily is a girl.'],
  ['Who is Tom?', 'Tom is a boy.'],
  ['What is red?', 'The ball is red.'],
  ['Bye', 'Bye, Lily!'],
  ['What is blue?', 'The sky is blue.'],
].map(([user, assistant]) => ({
  messages: [
    { role: 'user', content: user },
    { role: 'assistant', content: assistant },
  ],
}));

export function writeRows(path: string, rows: readonly unknown[]): string {
  writeFileSync(path, rows.map((row) => `${JSON.stringify(row)}\n`).join(''));
  return path;
}

/** A Llama of one layer with a tokenizer of 280 tokens and no chat template. */
export async function writeTinyModel(directory: string, fields: ConfigJson = {}): Promise<string> {
  const objects = trainByteLevelBpe(
    conversations.flatMap(({ messages }) => messages.map(({ content }) => content!)),
    { vocabSize: 280, specialTokens: ['<|endoftext|>'], eosToken: '<|endoftext|>' },
  );
  const configJson: ConfigJson = {
    architectures: ['LlamaForCausalLM'],
    model_type: 'llama',
    hidden_size: 8,
    intermediate_size: 16,
    num_hidden_layers: 1,
    num_attention_heads: 2,
    num_key_value_heads: 1,
    max_position_embeddings: 64,
    rms_norm_eps: 1e-5,
    tie_word_embeddings: true,
    vocab_size: Tokenizer.fromObjects(objects.tokenizerJson, objects.tokenizerConfig).vocabSize,
    ...fields,
  };
  const config = readDecoderConfig(configJson);
  const path = join(directory, 'base');
  await saveModel(path, {
    config,
    configJson,
    weights: initialize(config, 1),
    files: { 'tokenizer.json': objects.tokenizerJson, 'tokenizer_config.json': objects.tokenizerConfig },
  });
  return path;
}

/** A recipe as YAML; its values may be overwritten. */
export function writeRecipe(directory: string, values: Readonly<Record<string, unknown>> = {}): string {
  const path = join(directory, 'recipe.yaml');
  const recipe = {
    model: join(directory, 'base'),
    output: join(directory, 'run'),
    data: { train: join(directory, 'train.jsonl'), heldOut: join(directory, 'held-out.jsonl') },
    template: 'classic',
    length: 48,
    batch: { rows: 1, accumulation: 2 },
    steps: 4,
    optimizer: { learningRate: 0.01 },
    backend: 'reference',
    ...values,
  };
  writeFileSync(path, JSON.stringify(recipe)); // JSON is YAML
  return path;
}
