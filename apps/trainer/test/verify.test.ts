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
    `{% for m in messages %}{% if m.role == 'assistant' %}{% if m.content != 'No' %}${header}{% generation %}{{ m.content }}<|endoftext|>{% endgeneration %}{% endif %}{% else %}${user}{% endif %}{% endfor %}{% if add_generation_prompt %}${prompt ?? header}{% endif %}`,
  );
  return file;
}

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
  // The end of a turn stands in no block: whatever the data says, the model would never stop.
  const template = join(directory, 'endless.jinja');
  writeFileSync(
    template,
    "{% for m in messages %}{% if m.role == 'assistant' %}A: {% generation %}{{ m.content }}{% endgeneration %}<|endoftext|>{% else %}{{ m.content }}\n{% endif %}{% endfor %}{% if add_generation_prompt %}A: {% endif %}",
  );
  const { code, err } = await train(template, rows, 'never');
  expect(code).toBe(1);
  expect(err).toMatch(/^error: not started: end-of-turn: .*; use a template whose end of turn [^\n]*\n$/);
  expect(existsSync(join(directory, 'never'))).toBe(false);
});

test('a prompt that differs is a warning: what is learnt is exact all the same', async () => {
  const template = writeTemplate('other-prompt', { prompt: 'B: ' });
  const { code, out } = await train(template, rows, 'other-prompt');
  expect(code).toBe(0);
  const summary = JSON.parse(readFileSync(join(directory, 'other-prompt', 'summary.json'), 'utf8')) as {
    findings: object[];
  };
  expect(summary.findings).toMatchObject([{ grade: 'warning', name: 'generation-prompt' }]);
  expect(out).toContain('step 1/1');
});

test('a prompt that goes on is said once, and matchPrompt makes the two equal', async () => {
  const template = join(directory, 'opens.jinja');
  writeFileSync(
    template,
    "{% for m in messages %}{% if m.role == 'assistant' %}A: {{ m.content }}<|endoftext|>{% else %}{{ m.content }}\n{% endif %}{% endfor %}{% if add_generation_prompt %}A: <think>\n{% endif %}",
  );
  const file = writeRows(join(directory, 'train.jsonl'), rows);
  const values = { template, data: { train: file, heldOut: 0 }, steps: 1 };
  const findings = async (output: string, more: object) => {
    const { code } = await sftkit(
      'train',
      writeRecipe(directory, { ...values, ...more, output: join(directory, output) }),
    );
    expect(code).toBe(0);
    return (
      JSON.parse(readFileSync(join(directory, output, 'summary.json'), 'utf8')) as { findings: object[] }
    ).findings;
  };
  expect(await findings('opens', {})).toMatchObject([
    {
      grade: 'warning',
      name: 'generation-prompt',
      problem: expect.stringMatching(
        /^6 examples, first .*train\.jsonl:1: the prompt for this answer goes on /,
      ),
      remedy: 'matchPrompt: true makes the two equal',
    },
  ]);
  expect(await findings('matched', { matchPrompt: true })).toEqual([]);
});

describe('an example whose mask cannot be exact', () => {
  test('is refused, counted and named, and the run goes on', async () => {
    const template = writeTemplate('leaving-out', {});
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
    const template = writeTemplate('leaving-out', {});
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
