/** Recipes that people and machines get wrong: each is accepted or refused in one line of ours, never by a library's error. */
import { expect, test } from 'vitest';
import { stringify } from 'yaml';
import { parseRecipe, recipeYaml, SftError } from '../src/index.js';

const FOREIGN =
  /Maximum call stack|Invalid (?:array|typed array|string) length|is not a function|Cannot read propert|not iterable|EISDIR|undefined is|Unexpected token|\bZod/;

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

const whole = parseRecipe(
  'model: base\ndata: { train: a.jsonl }\ndropout: { from: 0, to: 0.1 }\n',
  'r.yaml',
).recipe;
const paths = pathsOf(whole);

function pathsOf(value: unknown, path: readonly string[] = []): string[][] {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return [[...path]];
  return Object.entries(value).flatMap(([key, inner]) => pathsOf(inner, [...path, key]));
}

const deep = (levels: number) => `${'['.repeat(levels)}${']'.repeat(levels)}`;
const values: readonly unknown[] = [
  0,
  -1,
  1.5,
  1e9,
  1e300,
  -1e300,
  2 ** 53,
  1e-320,
  Number.NaN,
  Number.POSITIVE_INFINITY,
  '',
  'x',
  'auto',
  '\u0000',
  '\ud83d',
  'a'.repeat(10_000),
  true,
  null,
  [],
  [[]],
  {},
  { a: 1 },
  ['x', 1],
  { from: 2, to: -1 },
  { __proto__: 1 },
  new Date(0),
  'constructor',
  '1e9',
  '.nan',
  [0.9, 0.95, 0.99],
];

function check(text: string | undefined, overrides: readonly string[] = []): 'accepted' | 'refused' {
  try {
    const { recipe } = parseRecipe(text, 'fuzz.yaml', overrides);
    expect(parseRecipe(recipeYaml(recipe), 'again.yaml').recipe).toEqual(recipe);
    return 'accepted';
  } catch (error) {
    expect(error).toBeInstanceOf(SftError);
    const { message } = error as SftError;
    expect(message).not.toMatch(FOREIGN);
    expect(message).toMatch(/^(?:fuzz\.yaml(?::\d+)?|command line): /);
    expect(message.length).toBeLessThan(30_000);
    return 'refused';
  }
}

test('a wrong value at any key', () => {
  const counts = { accepted: 0, refused: 0 };
  for (const path of paths) {
    for (const value of values) {
      const recipe = structuredClone(whole) as Record<string, unknown>;
      let object = recipe;
      for (const key of path.slice(0, -1)) object = object[key] as Record<string, unknown>;
      object[path.at(-1)!] = value;
      counts[check(stringify(recipe))] += 1;
    }
  }
  expect(counts.refused).toBeGreaterThan(500);
  expect(counts.accepted).toBeGreaterThan(100);
});

test('the same on the command line', () => {
  const text = stringify(whole);
  const counts = { accepted: 0, refused: 0 };
  const said = [
    '',
    '~',
    '[',
    '{a: 1',
    '*x',
    '&a [*a]',
    '!!binary x',
    '1e999',
    deep(2000),
    '"',
    "it's",
    '\t',
    '<<: 1',
  ];
  for (const path of [...paths, ['a', 'b'], ['__proto__', 'x'], ['data', 'train', 'x'], ['']]) {
    for (const value of said) counts[check(text, [`${path.join('.')}=${value}`])] += 1;
  }
  expect(counts.refused).toBeGreaterThan(300);
});

test('a text with bytes changed', () => {
  const next = random(1);
  const text = stringify(whole);
  const characters = ':-[]{}&*!|>%@`"\'#, \n\t\u0000\u2028azA0';
  const counts = { accepted: 0, refused: 0 };
  for (let run = 0; run < 1500; run++) {
    let mutated = text;
    for (let change = 0; change <= next() * 3; change++) {
      const at = Math.floor(next() * mutated.length);
      const put = characters[Math.floor(next() * characters.length)]!;
      mutated = mutated.slice(0, at) + (next() < 0.3 ? '' : put) + mutated.slice(at + Math.floor(next() * 3));
    }
    counts[check(mutated)] += 1;
  }
  expect(counts.refused).toBeGreaterThan(500);
  expect(counts.accepted).toBeGreaterThan(50);
});

test.each([
  ['brackets', `model: ${deep(5000)}`],
  ['levels', `model: base\ndata: { train: x }\ninit: ${'{a: '.repeat(2000)}1${'}'.repeat(2000)}`],
  [
    'an alias bomb',
    `a: &a [x]\n${Array.from({ length: 30 }, (_, i) => `b${i}: &b${i} [${i === 0 ? '*a, *a' : `*b${i - 1}, *b${i - 1}`}]`).join('\n')}`,
  ],
  ['a list', '- 1\n- 2'],
  ['nothing', ''],
  ['two documents', 'model: a\n---\nmodel: b'],
  ['a tag', 'model: !!js/function x'],
  ['a key twice', 'model: a\nmodel: b\ndata: { train: x }'],
  ['a key that is a map', '? { a: 1 }\n: 2'],
])('%s', (_, text) => {
  expect(check(text)).toBe('refused');
});
