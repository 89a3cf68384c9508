/** `doctor --model`: whether the files of a model directory fit each other. */

import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Finding } from '@sftkit/sft';
import { builtInTemplates } from '@sftkit/templates';
import { beforeAll, expect, test } from 'vitest';
import { sftkit, tinyProject, writeRecipe } from './tiny-fixture.js';

const { directory, base } = tinyProject();
const tuned = join(directory, 'run', 'model');
beforeAll(async () => {
  expect((await sftkit('train', writeRecipe(directory, { steps: 1 }))).code).toBe(0);
});

interface Report {
  readonly endOfTurn: string | null;
  readonly stopTokens: readonly string[];
  readonly findings: readonly Finding[];
}

async function examine(model: string): Promise<{ code: number; err: string; report: Report }> {
  const { code, err, out } = await sftkit('doctor', '--model', model, '--json');
  return { code, err, report: JSON.parse(out) as Report };
}

/** A copy of a model with fields of one of its files changed. */
function changed(
  from: string,
  name: string,
  file: string,
  fields: Readonly<Record<string, unknown>>,
): string {
  const copy = join(directory, name);
  cpSync(from, copy, { recursive: true });
  const path = join(copy, file);
  const before = JSON.parse(readFileSync(path, 'utf8')) as object;
  writeFileSync(path, JSON.stringify({ ...before, ...fields }));
  return copy;
}

const graded = ({ findings }: Report, wanted: Finding['grade']) =>
  findings.filter(({ grade }) => grade === wanted).map(({ name }) => name);

test('what training wrote has no error: it stops at its end of turn', async () => {
  const { code, report } = await examine(tuned);
  expect(code).toBe(0);
  expect(report).toMatchObject({ endOfTurn: '<|end|>', stopTokens: ['<|end|>'] });
  expect(graded(report, 'error')).toEqual([]);
});

test('an end of turn at which the model does not stop is an error', async () => {
  const eos = { eos_token_id: 0 };
  const { code, err, report } = await examine(changed(tuned, 'endless', 'generation_config.json', eos));
  expect(code).toBe(1);
  expect(graded(report, 'error')).toEqual(['end-of-turn']);
  expect(err).toMatch(/^error: \S*endless: expected no finding of grade error, got 1: end-of-turn\n$/);
});

test('a stop token that the tokenizer does not know is an error', async () => {
  const eos = { eos_token_id: [100_000] };
  const { report } = await examine(changed(tuned, 'unknown', 'generation_config.json', eos));
  expect(graded(report, 'error')).toEqual(['end-of-turn', 'stop-tokens']);
});

test('a tokenizer with more tokens than the embedding has rows is an error', async () => {
  const { report } = await examine(changed(base, 'small', 'config.json', { vocab_size: 100 }));
  expect(graded(report, 'error')).toEqual(['embedding']);
});

test('a padding token that ends the sequence is a warning', async () => {
  const pad = { pad_token: '<|end|>' };
  const { code, report } = await examine(changed(tuned, 'padded', 'tokenizer_config.json', pad));
  expect(code).toBe(0);
  expect(graded(report, 'warning')).toContain('padding');
  expect(graded((await examine(tuned)).report, 'warning')).not.toContain('padding');
});

test('a template that writes tokens the tokenizer lacks is an error', async () => {
  const template = { chat_template: builtInTemplates.chatml.source };
  const { report } = await examine(changed(base, 'lacking', 'tokenizer_config.json', template));
  expect(graded(report, 'error')).toEqual(['end-of-turn']);
});

test('for people: the model in a line, and a line for each finding', async () => {
  const { code, out } = await sftkit('doctor', '--model', base);
  expect(code).toBe(0);
  expect(out).toMatch(/base: llama, 280 tokens\n/);
  expect(out).toMatch(/\nnote: template: the model has no chat template/);
});
