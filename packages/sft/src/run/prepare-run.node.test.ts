/** What is read and prepared in chunks is what all examples give that are read, split and prepared at once. */
import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Example, splitByHash } from '@sftkit/data';
import { fitExamples } from '@sftkit/masking';
import { describe, expect, test } from 'vitest';
import { leavingOutTemplate, tinyProject, tinyRecipe, writeRows } from '../../test/tiny-project.js';
import { explainExample, type PreparedExample } from '../examples/prepare-example.js';
import { readDataFiles } from '../examples/read-data.node.js';
import { RefusedExample } from '../examples/refusal.js';
import { checkRecipe } from '../recipe/check-recipe.js';
import type { Recipe } from '../recipe/recipe-schema.js';
import { type PreparedRun, prepareRun } from './prepare-run.node.js';

const { directory } = tinyProject();
const template = join(directory, 'leaving-out.jinja');
writeFileSync(template, leavingOutTemplate);

const answers = ['Lily is a girl.', 'Tom is a boy. '.repeat(4), 'The sky is blue. '.repeat(9)];
/** Some of them are refused, and some longer than a row. */
const rows = Array.from({ length: 90 }, (_, row) => ({
  messages: [
    { role: 'user', content: row % 13 === 5 ? `Say <|endoftext|> ${row}` : `Who is ${row}?` },
    { role: 'assistant', content: answers[row % 3] },
  ],
}));
const [first, second] = [
  writeRows(join(directory, 'first.jsonl'), rows.slice(0, 50)),
  writeRows(join(directory, 'second.jsonl'), rows.slice(50)),
];

function recipe(values: Readonly<Record<string, unknown>>): Recipe {
  return checkRecipe(tinyRecipe(directory, { template, ...values }), () => 'test');
}

/** Prepared one after another, with full arrays. */
function prepareAll(examples: readonly Example[], { prepare }: PreparedRun) {
  const prepared: PreparedExample[] = [];
  const refused: string[] = [];
  for (const example of examples) {
    try {
      prepared.push(explainExample(example, prepare));
    } catch (error) {
      if (!(error instanceof RefusedExample)) throw error;
      refused.push(error.message);
    }
  }
  return { prepared, refused };
}

const written = ({ inputIds, labels, weights, source, supervisedTokens }: PreparedExample) => ({
  tokens: [...inputIds].map((id, at) => [id, labels[at], weights[at]]),
  place: [source.file, source.line, supervisedTokens],
});

describe.each([
  ['a share is held out', { train: [first, second], heldOut: 0.4 }],
  ['a file is held out', { train: first, heldOut: second }],
  ['some rows of each file', { train: [first, second], heldOut: 0.3, limit: 31 }],
])('%s', (_, data) => {
  test.each(['drop', 'truncate'] as const)('overlong examples: %s', async (overlong) => {
    const wanted = recipe({ data, overlong, report: { prompts: 4 } });
    const run = await prepareRun(wanted);
    const inTrain = await readDataFiles([data.train].flat(), { limit: wanted.data.limit });
    const isHeldOut = (example: Example) =>
      typeof data.heldOut === 'number' &&
      splitByHash(example, { heldOutFraction: data.heldOut, seed: wanted.seed }) === 'heldOut';
    const train = prepareAll(
      inTrain.filter((example) => !isHeldOut(example)),
      run,
    );
    const asHeldOut =
      typeof data.heldOut === 'string' ? await readDataFiles([data.heldOut]) : inTrain.filter(isHeldOut);
    const heldOut = prepareAll(asHeldOut, run);
    const fit = (examples: readonly PreparedExample[]) => fitExamples(examples, { length: 48, overlong });

    expect(run.train.kept.map(written)).toEqual(fit(train.prepared).kept.map(written));
    expect(run.heldOut.kept.map(written)).toEqual(fit(heldOut.prepared).kept.map(written));
    expect(run.train.dropped).toEqual(fit(train.prepared).dropped);
    expect(run.refused.map(({ source: { file, line }, detail }) => `${file}:${line}: ${detail}`)).toEqual([
      ...train.refused,
      ...heldOut.refused,
    ]);
    expect(train.refused.length * heldOut.refused.length).toBeGreaterThan(0);
    const hash = createHash('sha256');
    for (const { inputIds, weights } of fit(train.prepared).kept) hash.update(inputIds).update(weights);
    expect(run.dataHash).toBe(hash.digest('hex'));
    // Of all others, only tokens are kept.
    const kept = fit(heldOut.prepared).kept.slice(0, 4);
    expect(run.firstKept.heldOut.map(({ source }) => source)).toEqual(kept.map(({ source }) => source));
    expect(run.firstKept.train.map(({ source }) => source)).toEqual([fit(train.prepared).kept[0]!.source]);
  });
});

describe('the first row that is wrong is named, whatever is wrong with it', () => {
  const failing = join(directory, 'failing.jinja');
  writeFileSync(
    failing,
    leavingOutTemplate.replace(
      '{{ m.content }}\n',
      "{% if m.content == 'fail' %}{{ raise_exception('told to') }}{% endif %}{{ m.content }}\n",
    ),
  );
  const fail = { messages: [{ ...rows[0]!.messages[0]!, content: 'fail' }, rows[0]!.messages[1]!] };
  const noRow = { messages: 'nothing' };

  test.each([
    ['a template that refuses it', [...rows, fail, noRow], /wrong\.jsonl:91: .*told to/],
    ['a row without messages', [...rows, noRow, fail], /wrong\.jsonl:91: .*messages/],
  ])('%s', async (_, all, message) => {
    const wrong = writeRows(join(directory, 'wrong.jsonl'), all);
    await expect(prepareRun(recipe({ template: failing, data: { train: wrong } }))).rejects.toThrow(message);
  });

  test('a file that is missing is said before the others are read', async () => {
    const wrong = writeRows(join(directory, 'wrong.jsonl'), [noRow]);
    const absent = join(directory, 'absent.jsonl');
    const data = { train: wrong, heldOut: absent };
    await expect(prepareRun(recipe({ data }))).rejects.toThrow(
      `${absent}: expected a file of demonstrations`,
    );
  });

  test('nothing is left to train on', async () => {
    const data = { train: first, heldOut: 1 };
    await expect(prepareRun(recipe({ data }))).rejects.toThrow('data.heldOut: 1 of 50 examples leaves none');
  });
});
