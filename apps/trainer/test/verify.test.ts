/** What is checked before training: the template once, and the mask of every example. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { conversations, sftkit, tinyProject, writeRecipe, writeRows } from './tiny-fixture.js';

const { directory } = tinyProject();

interface Parts {
  /** Before the answer. */
  readonly header?: string;
  /** The generation prompt; the header where it is right. */
  readonly prompt?: string;
  /** How other messages are written. */
  readonly user?: string;
}

function writeTemplate(name: string, { header = 'A: ', prompt, user = '{{ m.content }}\n' }: Parts): string {
  const file = join(directory, `${name}.jinja`);
  writeFileSync(
    file,
    `{% for m in messages %}{% if m.role == 'assistant' %}${header}{% generation %}{{ m.content }}<|endoftext|>{% endgeneration %}{% else %}${user}{% endif %}{% endfor %}{% if add_generation_prompt %}${prompt ?? header}{% endif %}`,
  );
  return file;
}

const replacing = "{{ m.content | replace('<|endoftext|>', 'it') }}\n";
const refusedRow = { prompt: 'Say <|endoftext|>', completion: 'No' };
const rows = conversations.map(({ messages: [user, assistant] }) => ({
  prompt: user!.content,
  completion: assistant!.content,
}));

function train(template: string, data: readonly unknown[], output: string) {
  const file = writeRows(join(directory, 'train.jsonl'), data);
  const values = { template, output: join(directory, output), data: { train: file, heldOut: 0 }, steps: 1 };
  return sftkit('train', writeRecipe(directory, values));
}

test('a finding of grade error: training does not start, and says which finding and what to do', async () => {
  const template = writeTemplate('other-prompt', { prompt: 'B: ' });
  const { code, err } = await train(template, rows, 'never');
  expect(code).toBe(1);
  expect(err).toMatch(/^error: not started: generation-prompt: .*; use another template, [^\n]*\n$/);
  expect(existsSync(join(directory, 'never'))).toBe(false);
});

describe('an example whose mask cannot be exact', () => {
  test('is refused, counted and named, and the run goes on', async () => {
    const template = writeTemplate('replacing', { user: replacing });
    const { code, out } = await train(template, [rows[0], refusedRow, ...rows.slice(1)], 'run');
    expect(code).toBe(0);
    expect(out).toMatch(
      /Refused: 1 example refused, where a turn cannot be masked exactly; the first is \S*train\.jsonl:2: /,
    );
    const summary = JSON.parse(readFileSync(join(directory, 'run', 'summary.json'), 'utf8')) as object;
    expect(summary).toMatchObject({
      examples: 6,
      refused: { mask: 1 },
      straddlingTokens: 0,
      unlearnableCharacters: 0,
      findings: [],
    });
  });

  test('where all are refused there is nothing to train on, and it is said why', async () => {
    const template = writeTemplate('replacing', { user: replacing });
    const { code, err } = await train(template, [refusedRow], 'nothing');
    expect(code).toBe(1);
    expect(err).toMatch(
      /^error: data\.train: no example is left to train on\. 1 example refused, .*train\.jsonl:1: /,
    );
  });
});

test('characters of the assistant that nothing stands before are reported', async () => {
  // Neither user nor header: each text begins with the answer, whose first token cannot be predicted.
  const template = writeTemplate('bare', { header: '', user: '' });
  const { code, out } = await train(template, rows, 'bare');
  expect(code).toBe(0);
  expect(out).toMatch(/\n\d+ characters of the assistant cannot be learnt: nothing stands before them\.\n/);
  const summary = JSON.parse(readFileSync(join(directory, 'bare', 'summary.json'), 'utf8')) as {
    unlearnableCharacters: number;
  };
  expect(summary.unlearnableCharacters).toBeGreaterThanOrEqual(rows.length);
});
