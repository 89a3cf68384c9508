/** Several threads must give what one gives: examples, refusals and errors, in order. */
import type { Example } from '@sftkit/data';
import { ChatTemplate } from '@sftkit/templates';
import { Tokenizer, trainByteLevelBpe } from '@sftkit/tokenization';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { PreparationPool } from './preparation-pool.node.js';
import { type PreparedExamples, type PrepareOptions, prepareHere } from './prepare-example.js';

const { tokenizerJson, tokenizerConfig } = trainByteLevelBpe(['The sky is blue. The ball is red. '], {
  vocabSize: 330,
  specialTokens: ['<|end|>'],
  eosToken: '<|end|>',
});
const tokenizer = Tokenizer.fromObjects(tokenizerJson, tokenizerConfig);
tokenizer.addSpecialTokens(['<|user|>']);

// Leaves the answer out where the user says the end of turn, so that the example is refused, and fails on "fail".
const template = ChatTemplate.fromSource(
  `{% for m in messages %}{% if m.role == 'assistant' %}{% if '<|end|>' not in messages[0].content %}A: {% generation %}{{ m.content }}{{ eos_token }}{% endgeneration %}{% endif %}{% else %}{% if m.content == 'fail' %}{{ raise_exception('told to') }}{% endif %}<|user|>{{ m.content }}
{% endif %}{% endfor %}`,
  { name: 'test', specialTokens: { eos_token: '<|end|>' } },
);
const options: PrepareOptions = { tokenizer, template, mask: 'last-assistant' };

/** Eight of them, some 8,200 characters each, fill a chunk. */
function conversation(index: number, user: string): Example {
  const answer = 'The sky is blue. '.repeat(480 + (index % 7));
  const messages = [
    { role: 'user', content: user },
    { role: 'assistant', content: `${index}: ${answer}` },
  ];
  return {
    kind: 'conversation',
    conversation: { messages },
    source: { file: 'x.jsonl', line: index + 1 },
    index,
  };
}

const said = (saying: Readonly<Record<number, string>> = {}) =>
  Array.from({ length: 60 }, (_, index) => conversation(index, saying[index] ?? 'What is blue?'));

/** Every number and every refusal; much faster to compare than the arrays are. */
const written = (result: PreparedExamples) => JSON.stringify(result);

const pool = new PreparationPool(options, { workers: 2 });
// All of them work from the first chunk on.
beforeAll(() => pool.ready());
afterAll(() => pool.close());

test('the same examples, masks and refusals, in the same order', async () => {
  const examples = said({ 3: 'Say <|end|>', 14: '', 22: 'Say <|end|>', 59: '<|end|>' });
  const alone = prepareHere(examples, options);
  expect(alone.refused.map(({ example }) => example.index)).toEqual([3, 22, 59]);
  const together = await pool.prepare(examples);
  expect(written(together)).toBe(written(alone));
  expect(together.prepared.map(({ example }) => example)).toEqual(
    alone.prepared.map(({ example }) => example),
  );
  // What came from another thread is a part of a chunk's arrays: each of them has done something.
  const chunks = together.prepared.filter(({ inputIds }) => inputIds.byteLength < inputIds.buffer.byteLength);
  expect(chunks.length).toBeGreaterThan(10);
});

describe.each([
  ['this thread', 2],
  ['another thread', 25],
])('an error in a chunk of %s', (_, first) => {
  test('is the error of the first example that is wrong, with its place', async () => {
    const examples = said({ 1: 'Say <|end|>', [first]: 'fail', 31: 'fail', 58: 'fail' });
    const alone = () => prepareHere(examples, options);
    expect(alone).toThrow(new RegExp(`^x\\.jsonl:${first + 1}: .*told to`));
    let expected: unknown;
    try {
      alone();
    } catch (error) {
      expected = error;
    }
    await expect(pool.prepare(examples)).rejects.toEqual(expected);
  });
});

test('progress counts up to all', async () => {
  const told: number[] = [];
  await pool.prepare(said(), (done) => told.push(done));
  expect(told).toEqual(told.toSorted((a, b) => a - b));
  expect(told.at(-1)).toBe(60);
});

test('without workers all is done here, and nothing is started', async () => {
  const single = new PreparationPool(options, { workers: 0 });
  expect(written(await single.prepare(said()))).toBe(written(prepareHere(said(), options)));
  await single.close();
});

test('a thread that breaks off is an error with a remedy, and the pool can be closed', async () => {
  // The other thread cannot read a tokenizer that this one can.
  const broken = Object.assign(Object.create(tokenizer), {
    toObjects: () => ({ tokenizerJson: {}, tokenizerConfig }),
  });
  const failing = new PreparationPool({ ...options, tokenizer: broken }, { workers: 1 });
  await expect(failing.ready()).rejects.toThrow(
    /^a thread that prepares examples broke off: .*; set threads to 1$/,
  );
  await expect(failing.prepare(said())).rejects.toThrow(/broke off/);
  await failing.close();
});
