/** A model directory and data, small enough to train in a second on the float32 reference. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ConfigJson, initialize, readDecoderConfig } from '@sftkit/model';
import { saveModel } from '@sftkit/model/node';
import { Tokenizer, trainByteLevelBpe } from '@sftkit/tokenization';
import { afterAll, beforeAll } from 'vitest';

/** Gone after the tests of the file. @param folder in which it is made */
export function temporaryDirectory(folder = tmpdir()): string {
  const directory = mkdtempSync(join(folder, 'sftkit-test-'));
  afterAll(() => rmSync(directory, { recursive: true, force: true }));
  return directory;
}

export interface TinyProject {
  readonly directory: string;
  /** The model's directory. */
  readonly base: string;
  /** All conversations but the last, and the last. */
  readonly train: string;
  readonly heldOut: string;
}

/** What `writeRecipe` speaks of, written before the tests of the file. */
export function tinyProject(folder?: string): TinyProject {
  const directory = temporaryDirectory(folder);
  beforeAll(() => writeTinyModel(directory));
  return {
    directory,
    base: join(directory, 'base'),
    train: writeRows(join(directory, 'train.jsonl'), conversations.slice(0, -1)),
    heldOut: writeRows(join(directory, 'held-out.jsonl'), conversations.slice(-1)),
  };
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

export function parseLines<T>(text: string): T[] {
  return text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as T);
}

/** A template that takes a control token out of what the user says: such an example is refused. */
export const leavingOutTemplate = `{% for m in messages %}{% if m.role == 'assistant' %}{% if '<|endoftext|>' not in messages[0].content %}A: {% generation %}{{ m.content }}<|endoftext|>{% endgeneration %}{% endif %}{% else %}{{ m.content }}\n{% endif %}{% endfor %}{% if add_generation_prompt %}A: {% endif %}`;

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

/** The keys of a recipe for it; values may be overwritten. */
export function tinyRecipe(directory: string, values: Readonly<Record<string, unknown>> = {}) {
  return {
    model: join(directory, 'base'),
    output: join(directory, 'run'),
    data: { train: join(directory, 'train.jsonl'), heldOut: join(directory, 'held-out.jsonl') },
    template: 'classic',
    length: 48,
    batch: { rows: 1, accumulation: 2 },
    steps: 4,
    optimizer: { learningRate: 0.01 },
    backend: 'reference' as const,
    ...values,
  };
}
