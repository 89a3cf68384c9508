/** Whatever is supervised with whatever weights: a compact example gives back the arrays that it was made of. */
import type { Example } from '@sftkit/data';
import { fitExamples, IGNORE_INDEX } from '@sftkit/masking';
import { describe, expect, test } from 'vitest';
import { fitCompact } from './fit-compact.js';
import { packExamples, unpackExamples } from './packed-examples.js';
import type { PreparedExample } from './prepare-example.js';

/** mulberry32: the same inputs in every run. */
function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

const WEIGHTS = [1, 1, 0.5, Math.fround(0.1), 1e-30];

/** Up to 40 tokens, supervised in runs of any length, of some weights. */
function randomExample(next: () => number, line: number, vocabSize: number): PreparedExample {
  const length = Math.floor(40 * next());
  const inputIds = Int32Array.from({ length }, () => Math.floor(vocabSize * next()));
  const labels = new Int32Array(length).fill(IGNORE_INDEX);
  const weights = new Float32Array(length);
  let weight = 0;
  for (let at = 0; at < length; at++) {
    if (next() < 0.3) weight = next() < 0.5 ? 0 : WEIGHTS[Math.floor(WEIGHTS.length * next())]!;
    if (weight === 0 || at === 0) continue;
    labels[at] = inputIds[at]!;
    weights[at] = weight;
  }
  return {
    inputIds,
    labels,
    weights,
    supervisedTokens: weights.filter((one) => one > 0).length,
    straddlingTokens: Math.floor(3 * next()),
    unlearnableCharacters: Math.floor(3 * next()),
    findings: next() < 0.2 ? [{ kind: 'content', message: 0, problem: `problem ${line}` }] : [],
    source: { file: 'x.jsonl', line },
  };
}

function randomExamples(seed: number, length = 60, vocabSize = 2 ** 31): PreparedExample[] {
  const next = random(seed);
  return Array.from({ length }, (_, at) => randomExample(next, at + 1, vocabSize));
}

function exampleOf({ source }: PreparedExample): Example {
  return { kind: 'text', text: '', source, index: source.line - 1 };
}

/** Packed, told another thread, and unpacked. */
function compact(examples: readonly PreparedExample[]) {
  const packed = structuredClone(packExamples(examples));
  return unpackExamples(packed, examples.map(exampleOf)).map((one) => one!);
}

/** With all arrays written out. */
function written({ inputIds, labels, weights, ...facts }: PreparedExample) {
  const { supervisedTokens, straddlingTokens, unlearnableCharacters, findings, source } = facts;
  return {
    inputIds,
    labels,
    weights,
    ...{ supervisedTokens, straddlingTokens, unlearnableCharacters, findings, source },
  };
}

const seeds = [1, 2, 3, 4, 5];

describe.each([
  [2 ** 31, 4],
  [2 ** 16 + 1, 4],
  [2 ** 16, 2],
  [2, 2],
])('a vocabulary of %i', (vocabSize, bytes) => {
  test.each(seeds)('what is packed is unpacked again, seed %i', (seed) => {
    const examples = randomExamples(seed, 60, vocabSize);
    // The largest id.
    examples.push({ ...examples[0]!, ...oneToken(vocabSize - 1) });
    expect(compact(examples).map(written)).toEqual(examples.map(written));
    expect(packExamples(examples).inputIds.BYTES_PER_ELEMENT).toBe(bytes);
  });
});

function oneToken(id: number) {
  return { inputIds: Int32Array.of(id), labels: Int32Array.of(IGNORE_INDEX), weights: Float32Array.of(0) };
}

test('one that has no result is left out, and the others are unchanged', () => {
  const examples = randomExamples(6);
  const isLeftOut = (index: number) => index % 3 === 1;
  const packed = packExamples(examples.map((one, index) => (isLeftOut(index) ? undefined : one)));
  const unpacked = unpackExamples(packed, examples.map(exampleOf));
  unpacked.forEach((one, index) => {
    if (isLeftOut(index)) expect(one).toBeUndefined();
    else expect(written(one!)).toEqual(written(examples[index]!));
  });
});

test('arrays are written anew each time, and tokens are part of one array', () => {
  const all = compact(randomExamples(7));
  const [one] = all.filter(({ supervisedTokens }) => supervisedTokens > 0);
  one!.labels.fill(7);
  one!.weights.fill(7);
  expect(written(one!)).toEqual(written(compact(randomExamples(7))[all.indexOf(one!)]!));
  expect(new Set(all.map(({ inputIds }) => inputIds.buffer)).size).toBe(1);
});

test('without findings all else is the same', () => {
  for (const one of compact(randomExamples(8))) {
    expect(written(one.withoutFindings())).toEqual({ ...written(one), findings: [] });
  }
});

describe.each(['drop', 'truncate'] as const)('overlong examples: %s', (overlong) => {
  test.each(seeds)('the same are kept, cut and dropped as of whole arrays, seed %i', (seed) => {
    // More than one batch of them.
    const examples = randomExamples(seed, 1500);
    const expected = fitExamples(examples, { length: 20, overlong });
    const { kept, ...rest } = fitCompact(compact(examples), { length: 20, overlong });
    expect(kept.map(written)).toEqual(expected.kept.map(written));
    expect(rest).toEqual({
      origins: expected.origins,
      dropped: expected.dropped,
      truncated: expected.truncated,
    });
    expect(expected.truncated.length > 100).toBe(overlong === 'truncate');
    // What is cut is no copy.
    expect(new Set(kept.map(({ inputIds }) => inputIds.buffer)).size).toBe(1);
  });
});

test('overlong examples that are an error are named as those of whole arrays are', () => {
  const examples = randomExamples(9);
  const options = { length: 20, overlong: 'error' } as const;
  let expected: unknown;
  try {
    fitExamples(examples, options);
  } catch (error) {
    expected = error;
  }
  expect(expected).toBeInstanceOf(Error);
  expect(() => fitCompact(compact(examples), options)).toThrow(expected as Error);
});

test.each([
  [
    'a weight without a label',
    { labels: [-100, -100, 3], weights: [0, 0.5, 1] },
    'expected weight 0 at token 1',
  ],
  [
    'a label of another token',
    { labels: [-100, 9, 3], weights: [0, 1, 1] },
    'expected label 2 or -100 at token 1',
  ],
])('%s could not be given back, and is an error', (_, { labels, weights }, message) => {
  const example: PreparedExample = {
    ...randomExamples(1)[0]!,
    inputIds: Int32Array.of(1, 2, 3),
    labels: Int32Array.from(labels),
    weights: Float32Array.from(weights),
  };
  expect(() => packExamples([example])).toThrow(message);
});
