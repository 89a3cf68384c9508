/**
 * `pnpm throughput`: how long it takes to prepare GSM8K's training problems with ChatML and Qwen 2.5's tokenizer,
 * as ratios to encoding the same texts alone, all in this run on this machine. Best of three passes.
 */
import { readExamples } from '@sftkit/data/node';
import { encodeConversation, fitExamples, type MaskedExample, maskConversation, pack } from '@sftkit/masking';
import { type Conversation, type RenderedConversation, resolveTemplate } from '@sftkit/templates';
import { sharedFile } from '@sftkit/testing';
import type { Encoding } from '@sftkit/tokenization';
import { loadTokenizer } from './tokenizers.js';

const PASSES = 3;
const LENGTH = 1024;

const template = resolveTemplate('chatml');
const tokenizer = loadTokenizer('qwen2_5');
const columns = { prompt: 'question', completion: 'answer' };
const path = sharedFile('data', 'gsm8k', 'train.jsonl');

async function read(): Promise<Conversation[]> {
  const conversations: Conversation[] = [];
  for await (const example of readExamples(path, { form: 'prompt-completion', columns })) {
    if (example.kind === 'conversation') conversations.push(example.conversation);
  }
  return conversations;
}

async function best<T>(work: () => T | Promise<T>): Promise<{ milliseconds: number; result: T }> {
  let milliseconds = Number.POSITIVE_INFINITY;
  let result!: T;
  for (let pass = 0; pass < PASSES; pass++) {
    const started = performance.now();
    result = await work();
    milliseconds = Math.min(milliseconds, performance.now() - started);
  }
  return { milliseconds, result };
}

const reading = await best(read);
const conversations = reading.result;
const rendering = await best((): RenderedConversation[] => conversations.map((one) => template.render(one)));
const rendered = rendering.result;
const cold = performance.now();
for (const { text } of rendered) tokenizer.encode(text);
const coldMilliseconds = performance.now() - cold;
const alone = await best(() => rendered.map(({ text }) => tokenizer.encode(text)));
const encoding = await best((): Encoding[] =>
  rendered.map((one, i) => encodeConversation(one, conversations[i]!, { template, tokenizer })),
);
const masking = await best((): MaskedExample[] =>
  rendered.map((one, i) => maskConversation(one, encoding.result[i]!, conversations[i]!)),
);
const packing = await best(() => {
  const { kept } = fitExamples(masking.result, { length: LENGTH });
  return [...pack(kept, { length: LENGTH, batchRows: 8 })].length;
});

const tokens = encoding.result.reduce((sum, { ids }) => sum + ids.length, 0);
const supervised = masking.result.reduce((sum, { supervisedTokens }) => sum + supervisedTokens, 0);
console.log(`GSM8K, ${conversations.length} problems, ${tokens} tokens, ${supervised} supervised`);
const line = (name: string, milliseconds: number): void => {
  const ratio = (milliseconds / alone.milliseconds).toFixed(2);
  const speed = Math.round(tokens / (milliseconds / 1000)).toLocaleString('en-US');
  console.log(
    `${name.padEnd(34)} ${ratio.padStart(6)}  ${milliseconds.toFixed(0).padStart(6)} ms  ${speed} tokens/s`,
  );
};
line('the tokenizer alone', alone.milliseconds);
line('the tokenizer, first pass', coldMilliseconds);
line('read and check the file', reading.milliseconds);
line('render with spans', rendering.milliseconds);
line('encode with boundaries', encoding.milliseconds);
line('mask', masking.milliseconds);
line('pack into batches', packing.milliseconds);
line(
  'render, encode, mask and pack',
  rendering.milliseconds + encoding.milliseconds + masking.milliseconds + packing.milliseconds,
);
