/** `train` without a recipe, for programs, and with overrides behind `--resume`. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parseLines, sftkit, tinyProject, writeRecipe } from './tiny-fixture.js';

const { directory, base, train } = tinyProject();

interface Event {
  readonly type: string;
  readonly step?: number;
}

describe('without a recipe', () => {
  const output = join(directory, 'bare');
  const words = [`model=${base}`, `data.train=${train}`, 'backend=reference', `output=${output}`];

  test('model and data are enough', async () => {
    const { code, err } = await sftkit('train', ...words, 'steps=2');
    expect(err).toBe('');
    expect(code).toBe(0);
    expect(existsSync(join(output, 'model', 'model.safetensors'))).toBe(true);
    expect(readFileSync(join(output, 'recipe.yaml'), 'utf8')).toContain('steps: 2');
  });

  test('the output is named after the data', async () => {
    const { out } = await sftkit('train', ...words.slice(0, 3), '--dry-run');
    expect(out).toMatch(/^output: runs\/train +# default$/m);
    expect(out).toMatch(/^model: .*base +# command line$/m);
  });

  test('what is missing or mistyped is said', async () => {
    expect((await sftkit('train', `model=${base}`)).err).toBe(
      'error: command line: data.train: is missing; set it in the recipe, or data.train=… on the command line\n',
    );
    expect((await sftkit('train', `modell=${base}`)).err).toContain(
      'command line: unknown key modell; did you mean model?',
    );
    expect((await sftkit('train')).err).toContain('expected a recipe, or model=DIR data.train=FILE');
  });
});

describe('--json', () => {
  test('of a dry run: what is predicted, and nothing else', async () => {
    const { code, out } = await sftkit('train', writeRecipe(directory), '--dry-run', '--json');
    expect(code).toBe(0);
    const prediction = JSON.parse(out);
    expect(Object.keys(prediction)).toEqual(['predictedSeconds', 'predictedPeakBytes', 'steps', 'tokens']);
    expect(prediction.steps).toBe(4);
    expect(prediction.predictedPeakBytes).toBeGreaterThan(0);
    expect(prediction.tokens).toBeGreaterThan(100);
  });

  test('of a run: an event a line', async () => {
    const recipe = writeRecipe(directory, { output: join(directory, 'json'), steps: 2 });
    const { code, out, err } = await sftkit('train', recipe, '--json');
    expect([code, err]).toEqual([0, '']);
    const events = parseLines<Event>(out);
    expect(events.map(({ type, step }) => `${type} ${step ?? ''}`.trim())).toEqual([
      'prepared',
      'evaluation 0',
      'step 1',
      'step 2',
      'checkpoint 2',
      'evaluation 2',
      'finished',
    ]);
  });
});

test('--resume key=value is an override', async () => {
  const recipe = writeRecipe(directory, { output: join(directory, 'override'), checkpoint: { every: 2 } });
  expect((await sftkit('train', recipe)).code).toBe(0);
  const { code, out, err } = await sftkit('train', recipe, '--resume', 'checkpoint.every=5');
  expect([code, err]).toEqual([0, '']);
  expect(out).toContain('Resuming from');
  expect(readFileSync(join(directory, 'override', 'recipe.yaml'), 'utf8')).toContain('every: 5');
});

test('patience says that it ended the run, and where the best model is', async () => {
  const recipe = writeRecipe(directory, {
    output: join(directory, 'patient'),
    steps: 40,
    optimizer: { learningRate: 0.5 },
    evaluate: { every: 1, patience: 2 },
  });
  const { code, out } = await sftkit('train', recipe);
  expect(code).toBe(0);
  expect(out).toMatch(/^Stopped after step \d+: the held-out loss fell no more\.$/m);
  expect(out).toMatch(/^Best: {2}.*best \(step \d+, held-out loss [\d.]+\)$/m);
});

test.each([
  ['steps=1e9', /steps: too big: expected number to be <=100000000, got 1000000000/],
  ['epochs=1e9', /epochs: too big: expected number to be <=1000000, got 1000000000/],
])('%s is refused by its name, before anything is walked through', async (override, message) => {
  const { code, err } = await sftkit(
    'train',
    writeRecipe(directory, { steps: undefined }),
    override,
    '--dry-run',
  );
  expect(code).toBe(1);
  expect(err).toMatch(message);
});

test('as many steps as are allowed are planned without walking through their epochs', async () => {
  const recipe = writeRecipe(directory, { steps: 1e8 });
  const { code, out } = await sftkit('train', recipe, '--dry-run', '--json');
  expect(code).toBe(0);
  expect(JSON.parse(out)).toMatchObject({ steps: 1e8 });
});
