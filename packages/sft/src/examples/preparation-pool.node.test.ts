/** Several threads must give what one gives: examples, refusals and errors, in order. */
import type { Example } from '@sftkit/data';
import { ChatTemplate } from '@sftkit/templates';
import { Tokenizer, trainByteLevelBpe } from '@sftkit/tokenization';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { PreparationPool } from './preparation-pool.node.js';
import type { PrepareOptions } from './prepare-example.js';
import {
  type PreparationResult,
  type PreparedChunk,
  type PreparedExamples,
  prepareHere,
  separate,
} from './prepare-here.js';

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
const written = ({ prepared, refused }: PreparedExamples) => {
  const whole = prepared.map((one) => ({
    ...one,
    inputIds: Array.from(one.inputIds),
    labels: Array.from(one.labels),
    weights: Array.from(one.weights),
  }));
  return JSON.stringify({ whole, refused });
};

const pool = new PreparationPool(options, { workers: 2 });
// All of them work from the first chunk on.
beforeAll(() => pool.ready());
afterAll(() => pool.close());

test('the same examples, masks and refusals, in the same order', async () => {
  const examples = said({ 3: 'Say <|end|>', 14: '', 22: 'Say <|end|>', 59: '<|end|>' });
  const alone = prepareHere(examples, options);
  expect(alone.refused.map(({ source }) => source.line)).toEqual([4, 23, 60]);
  const render = vi.spyOn(template, 'render');
  const together = await pool.prepare(examples);
  // Each of the others has done something.
  expect(render.mock.calls.length).toBeLessThan(50);
  render.mockRestore();
  expect(written(together)).toBe(written(alone));
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

describe('a stream', () => {
  const items = (saying?: Parameters<typeof said>[0]) =>
    said(saying).map((example) => ({ example, name: `example ${example.index}` }));

  /** What came before the end or the error, and the error. */
  async function collect(stream: AsyncIterable<PreparedChunk<{ name: string }>>) {
    const names: string[] = [];
    try {
      for await (const chunk of stream) {
        expect(chunk.results).toHaveLength(chunk.items.length);
        names.push(...chunk.items.map(({ name }) => name));
      }
    } catch (error) {
      return { names, error: (error as Error).message };
    }
    return { names, error: undefined };
  }

  test('gives back each item with its result, in order', async () => {
    const all = items({ 14: 'Say <|end|>' });
    const results: PreparationResult[] = [];
    const names: string[] = [];
    for await (const chunk of pool.stream(all)) {
      results.push(...chunk.results);
      names.push(...chunk.items.map(({ name }) => name));
    }
    expect(names).toEqual(all.map(({ name }) => name));
    expect(written(separate(results))).toBe(written(prepareHere(said({ 14: 'Say <|end|>' }), options)));
  });

  test('reads only some chunks ahead, and closes what it reads from when nobody wants more', async () => {
    let [read, isClosed] = [0, false];
    async function* endless() {
      try {
        for (;;) yield items()[read++ % 60]!;
      } finally {
        isClosed = true;
      }
    }
    let chunks = 0;
    for await (const { items: found } of pool.stream(endless())) {
      expect(found.length).toBeLessThan(10);
      chunks += 1;
      if (chunks === 30) break;
    }
    // 30 chunks, and 4 for each of the two threads, and one that was begun.
    expect(read).toBeLessThan(9 * (30 + 10));
    expect(isClosed).toBe(true);
  });

  async function* breaking(all: ReturnType<typeof items>, at: number) {
    yield* all.slice(0, at);
    throw new Error('not read');
  }

  test('an error of reading comes after everything that was read', async () => {
    const { names, error } = await collect(pool.stream(breaking(items(), 43)));
    expect(names).toHaveLength(43);
    expect(error).toBe('not read');
  });

  test.each([
    [20, 43, /^x\.jsonl:21: .*told to/],
    [42, 43, /^x\.jsonl:43: .*told to/],
    [43, 43, /^not read$/],
  ])('a wrong example at %i and reading that fails at %i: the first counts', async (wrong, at, expected) => {
    const { error } = await collect(pool.stream(breaking(items({ [wrong]: 'fail' }), at)));
    expect(error).toMatch(expected);
  });

  test('one thread makes the same chunks as several', async () => {
    const alone = new PreparationPool(options, { workers: 0 });
    const sizes = async (from: PreparationPool) => {
      const all: number[] = [];
      for await (const chunk of from.stream(items())) all.push(chunk.items.length);
      return all;
    };
    expect(await sizes(alone)).toEqual(await sizes(pool));
    alone.grow(1);
    await alone.ready();
    expect((await sizes(alone)).length).toBeGreaterThan(5);
    await alone.close();
  });
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
