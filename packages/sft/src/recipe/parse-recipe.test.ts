import { describe, expect, test } from 'vitest';
import { SftError } from '../sft-error.js';
import { parseRecipe } from './parse-recipe.js';
import { recipeYaml } from './recipe-yaml.js';

const minimal = 'model: base\noutput: runs/x\ndata:\n  train: train.jsonl\n';

test('defaults, recipe and command line, each value with its origin', () => {
  const read = parseRecipe(`${minimal}seed: 4\n`, 'r.yaml', [
    'optimizer.learningRate=2e-5',
    'length=64',
    'output=runs/y',
  ]);
  expect(read.recipe).toMatchObject({ seed: 4, length: 64, output: 'runs/y', mask: 'assistant' });
  expect(read.recipe.optimizer).toEqual({
    learningRate: 2e-5,
    betas: [0.9, 0.95],
    epsilon: 1e-8,
    weightDecay: 0,
  });
  expect(read.originOf(['seed'])).toBe('recipe');
  expect(read.originOf(['optimizer', 'learningRate'])).toBe('command line');
  expect(read.originOf(['optimizer', 'betas'])).toBe('default');
});

test('a resolved recipe reads as itself', () => {
  const { recipe } = parseRecipe(recipeYaml(parseRecipe(minimal, 'r.yaml').recipe), 'resolved.yaml');
  expect(recipe).toEqual(parseRecipe(minimal, 'r.yaml').recipe);
});

describe('what is wrong is said in one line, with its place and a remedy', () => {
  const cases: [string, string, string[], string][] = [
    ['an unknown key', `${minimal}lenght: 4\n`, [], 'r.yaml:5: unknown key lenght; did you mean length?'],
    [
      'an unknown key on the command line',
      minimal,
      ['optimiser.learningRate=1'],
      'command line: unknown key optimiser; did you mean optimizer?',
    ],
    ...[
      '__proto__.seed=7',
      'data.__proto__.x=1',
      'data.columns.__proto__=x',
      'constructor.x=1',
      'data.constructor=1',
      'data.toString=1',
    ].map((override): [string, string, string[], string] => {
      const key = override.replace(/=.*|\.(?:seed|x)=.*/g, '');
      return [
        `a key that every object has, ${key}`,
        minimal,
        [override],
        `command line: unknown key ${key}; `,
      ];
    }),
    ...['__proto__:\n  seed: 7', 'constructor: 1', 'dropout: { __proto__: 1 }'].map(
      (line): [string, string, string[], string] => [
        `a key that every object has, in the file: ${line}`,
        `${minimal}${line}\n`,
        [],
        `r.yaml:5: unknown key ${/dropout/.test(line) ? 'dropout.' : ''}${/\w+(?=:)/.exec(line.replace('dropout:', ''))![0]}; `,
      ],
    ),
    ...(
      [
        ['optimizer.learningRate', '1e-46'],
        ['optimizer.learningRate', '1e39'],
        ['optimizer.epsilon', '1e-50'],
        ['optimizer.weightDecay', '1e39'],
        ['optimizer.weightDecay', '1e-50'],
        ['clip', '1e39'],
        ['clip', '1e-46'],
      ] as const
    ).map(([field, value]): [string, string, string[], string] => [
      `${field}=${value}, which float32 does not hold`,
      minimal,
      [`${field}=${value}`],
      `command line: ${field}: expected a number that float32 holds, 0 or about 1.4e-45 to 3.4e38, got ${JSON.stringify(Number(value))}`,
    ]),
    ...(
      [
        ['optimizer.betas.1', 'optimizer.betas=[0.9, 0.99999999]', 0.99999999],
        ['dropout', 'dropout=1', 1],
      ] as const
    ).map(([field, override, value]): [string, string, string[], string] => [
      `${field}: the rest to 1 is 0 in float32`,
      minimal,
      [override],
      `command line: ${field}: expected a number from 0 that is below 1 in float32, got ${value}`,
    ]),
    [
      'an alias of nothing',
      `${minimal}roles: *who\n`,
      [],
      'r.yaml:5: expected an alias of an anchor before it, got *who',
    ],
    [
      'an alias inside itself',
      'output: x\ndata: { train: a }\ninit: &a { config: { x: *a } }\n',
      [],
      'r.yaml:3: expected an alias of what it is no part of, got *a',
    ],
    [
      'aliases that multiply',
      `${minimal}roles:\n${Array.from({ length: 9 }, (_, at) => `  - &a${at} [${at === 0 ? 'x' : `*a${at - 1}, `.repeat(9)}]\n`).join('')}`,
      [],
      'r.yaml: expected YAML, got Excessive alias count',
    ],
    ['a rate of 0', minimal, ['optimizer.learningRate=0'], 'expected a number above 0, got 0'],
    ...(
      [
        ['threads', 1024],
        ['batch.rows', 65_536],
        ['batch.accumulation', 65_536],
        ['length', 1_048_576],
        ['steps', 100_000_000],
        ['epochs', 1_000_000],
      ] as const
    ).map(([field, most]): [string, string, string[], string] => [
      `${field} above its bound`,
      minimal,
      [`${field}=1e9`],
      `command line: ${field}: too big: expected number to be <=${most}, got 1000000000`,
    ]),
    [
      'an unknown nested key',
      `${minimal}optimizer:\n  lr: 1\n  learningrate: 1\n`,
      [],
      'r.yaml:6: unknown key optimizer.lr; known keys are learningRate, betas, epsilon, weightDecay',
    ],
    [
      'an unknown key of a union',
      `${minimal}dropout: { form: 0, to: 1 }\n`,
      [],
      'r.yaml:5: unknown key dropout.form; did you mean dropout.from?',
    ],
    [
      'an unknown key on the command line',
      minimal,
      ['batch.row=2'],
      'command line: unknown key batch.row; did you mean batch.rows?',
    ],
    [
      'a wrong type',
      `${minimal}length: long\n`,
      [],
      'r.yaml:5: length: expected a number or auto, got "long"',
    ],
    [
      'a missing key',
      'model: base\noutput: x\n',
      [],
      'r.yaml:1: data.train: is missing; set it in the recipe, or data.train=… on the command line',
    ],
    [
      'neither model nor init',
      'output: x\ndata: { train: a }\n',
      [],
      'r.yaml:1: expected either model (a directory) or init (a model from scratch), got neither',
    ],
    ['broken YAML', 'model: [1\noutput: x\n', [], 'r.yaml:2: expected YAML, got '],
    [
      'a word without =',
      minimal,
      ['length'],
      'command line: expected key=value, got "length"; example: optimizer.learningRate=2e-5',
    ],
  ];
  test.each(cases)('%s', (_, text, overrides, message) => {
    let failure: unknown;
    try {
      parseRecipe(text, 'r.yaml', overrides);
    } catch (error) {
      failure = error;
    }
    expect(failure).toBeInstanceOf(SftError);
    expect((failure as SftError).message).toContain(message);
    expect((failure as SftError).message).not.toContain('\n');
    expect(Object.keys(Object.prototype)).toEqual([]);
    expect(({} as { seed?: number }).seed).toBeUndefined();
  });
});

test('the least and the largest of float32, and the bounds themselves, are taken', () => {
  const { recipe } = parseRecipe(minimal, 'r.yaml', [
    'optimizer.learningRate=1.5e-45',
    'optimizer.weightDecay=0',
    'clip=3.4e38',
    'threads=1024',
    'length=1048576',
  ]);
  expect(recipe).toMatchObject({ clip: 3.4e38, threads: 1024, length: 2 ** 20 });
});
