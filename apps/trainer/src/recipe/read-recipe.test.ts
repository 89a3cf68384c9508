import { describe, expect, test } from 'vitest';
import { painter } from '../terminal.js';
import { UserError } from '../user-error.js';
import { formatRecipe, recipeYaml } from './format-recipe.js';
import { parseRecipe } from './read-recipe.js';

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
  const shown = formatRecipe(read, painter(false));
  expect(shown).toMatch(/^ {2}learningRate: 0\.00002 +# command line$/m);
  expect(shown).toMatch(/^mask: assistant +# default$/m);
});

test('a resolved recipe reads as itself', () => {
  const { recipe } = parseRecipe(recipeYaml(parseRecipe(minimal, 'r.yaml')), 'resolved.yaml');
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
    ...['__proto__.seed=7', 'data.__proto__.x=1', 'constructor.x=1', 'data.toString=1'].map(
      (override): [string, string, string[], string] => {
        const key = override.replace(/=.*|\.(?:seed|x)=.*/g, '');
        return [
          `a key that every object has, ${key}`,
          minimal,
          [override],
          `command line: unknown key ${key}; known`,
        ];
      },
    ),
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
    ['a wrong type', `${minimal}length: long\n`, [], 'r.yaml:5: length: expected number, got "long"'],
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
    expect(failure).toBeInstanceOf(UserError);
    expect((failure as UserError).message).toContain(message);
    expect((failure as UserError).message).not.toContain('\n');
  });
});
