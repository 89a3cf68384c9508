/** `inspect` for people: which examples are shown, the summary of the whole file, and two templates compared. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import {
  conversations,
  leavingOutTemplate,
  parseLines,
  sftkit,
  tinyProject,
  writeRows,
} from './tiny-fixture.js';

const { directory, base } = tinyProject();
const data = writeRows(join(directory, 'rows.jsonl'), conversations);

const inspect = (...args: readonly string[]) =>
  sftkit('inspect', '--tokenizer', base, '--template', 'classic', ...args);

describe('what is shown', () => {
  const shown = (out: string): string[] => out.match(/rows\.jsonl:\d+/g) ?? [];

  test('the first examples, and the summary speaks of all', async () => {
    const { code, out } = await inspect('--data', data);
    expect(code).toBe(0);
    expect(shown(out)).toEqual(['rows.jsonl:1', 'rows.jsonl:2', 'rows.jsonl:3']);
    expect(out).toMatch(/\n6 examples, \d+ of \d+ tokens supervised \(\d+\.\d %\)\n/);
  });

  test('--limit reads so many and shows them all', async () => {
    const { out } = await inspect('--data', data, '--limit', '4');
    expect(shown(out)).toHaveLength(4);
    expect(out).toContain('\n4 examples, ');
  });

  test('--example shows one alone, and the summary still speaks of all', async () => {
    const { out } = await inspect('--data', data, '--example', '5');
    expect(shown(out)).toEqual(['rows.jsonl:6']);
    expect(out).toContain('\n6 examples, ');
    const json = await inspect('--data', data, '--example', '5', '--json');
    expect(json.out.trim().split('\n')).toHaveLength(1);
    expect(JSON.parse(json.out)).toMatchObject({ index: 5 });
  });

  test('an example that is not there is an error', async () => {
    const { code, err } = await inspect('--data', data, '--example', '6');
    expect(code).toBe(1);
    expect(err).toBe('error: --example: expected at most 5, since 6 were read, got 6\n');
  });
});

describe('the form of the rows', () => {
  test('--form and --columns name what cannot be seen', async () => {
    const questions = writeRows(join(directory, 'questions.jsonl'), [{ q: 'Hi', a: 'Hello!' }]);
    const { out } = await inspect(
      '--data',
      questions,
      '--form',
      'prompt-completion',
      '--columns',
      'prompt=q',
      'completion=a',
    );
    expect(out).toContain('<|assistant|>\n[Hello!<|end|>]');
    // The other way to write them.
    expect((await inspect('--data', questions, '--columns', 'prompt=q,completion=a')).code).toBe(0);
  });

  test.each([
    ['prompt', /--columns: expected key=name, as in prompt=question, got "prompt"/],
    ['question=prompt', /--columns: expected one of the keys messages, prompt, .*, got "question"/],
  ])('--columns %s', async (columns, message) => {
    const { code, err } = await inspect('--data', data, '--columns', columns);
    expect(code).toBe(1);
    expect(err).toMatch(message);
  });
});

describe('the summary', () => {
  test('a histogram of lengths, and what a row of --length tokens would not hold', async () => {
    const { out } = await inspect('--data', data, '--length', '20');
    const json = await inspect('--data', data, '--json');
    const lengths = parseLines<{ totalTokens: number }>(json.out).map(({ totalTokens }) => totalTokens);
    const overlong = lengths.filter((length) => length > 20).length;
    expect(overlong).toBeGreaterThan(0);
    expect(out).toContain(`Training drops ${overlong} of 6 examples:\n  ${overlong} longer than 20 tokens\n`);
    expect(out).toContain(`longest ${Math.max(...lengths)}\n`);
    const counts = [...out.matchAll(/^ +[\d–]+ █*[▏▎▍▌▋▊▉]? ?(\d+)$/gm)].map(([, count]) => Number(count));
    expect(counts.reduce((sum, count) => sum + count, 0)).toBe(6);
    expect((await inspect('--data', data, '--length', '60')).out).toContain(
      'Training keeps all examples in rows of 60 tokens\n',
    );
  });

  test('an example whose mask cannot be exact is refused and counted, and the others are shown', async () => {
    const replacing = join(directory, 'leaving-out.jinja');
    writeFileSync(replacing, leavingOutTemplate);
    const rows = writeRows(join(directory, 'refused.jsonl'), [
      { prompt: 'Say <|endoftext|>', completion: 'No' },
      { prompt: 'Hi', completion: 'Hello!' },
    ]);
    const options = ['inspect', '--tokenizer', base, '--template', replacing, '--data', rows];
    const { code, out } = await sftkit(...options);
    expect(code).toBe(0);
    expect(out).toContain('refused.jsonl:1  refused: ');
    expect(out).toContain('[Hello!<|endoftext|>]');
    expect(out).toMatch(/Training drops 1 of 2 examples:\n {2}1 example refused, .*refused\.jsonl:1: /);
    const json = await sftkit(...options, '--json');
    const [first, second] = parseLines<object>(json.out);
    expect(first).toMatchObject({ index: 0, tokens: [], supervisedTokens: 0, totalTokens: 0 });
    expect(first).toHaveProperty('refused');
    expect(second).not.toHaveProperty('refused');
  });

  test('a finding about the template appears where the data meets it', async () => {
    const reasoning = writeRows(join(directory, 'reasoning.jsonl'), [
      {
        messages: [
          { role: 'user', content: 'Hi' },
          { role: 'assistant', content: 'Hello!', reasoning_content: 'A greeting.' },
        ],
      },
    ]);
    expect((await inspect('--data', reasoning)).out).toContain('warning: reasoning: ');
    expect((await inspect('--data', data)).out).not.toContain('warning:');
  });
});

describe('--diff', () => {
  test('what goes and what comes, token by token, in one text', async () => {
    const { code, out } = await inspect('--data', data, '--diff', 'classic', 'chatml', '--example', '0');
    expect(code).toBe(0);
    expect(out).toContain(
      '[-<|user|>-]{+<|im_start|>user+}\nHi[-<|end|>-]{+<|im_end|>+}\n[-<|assistant|>-]{+<|im_start|>assistant+}\nHello![-<|end|>-]{+<|im_end|>+}',
    );
    expect(out).toMatch(/classic -> chatml: 0 of 6 examples alike; 24 tokens go, \d+ come, 0 stay/);
  });

  test('a template and itself are alike', async () => {
    const { out } = await inspect('--data', data, '--diff', 'classic', 'classic');
    expect(out).toContain('classic -> classic: 6 of 6 examples alike; 0 tokens go, 0 come, 0 stay');
  });

  test('--json: the tokens that are not in both alike, and those that only one learns', async () => {
    // As classic, but the end of turn is not learnt.
    const source = `{% for m in messages %}<|{{ m.role }}|>\n{% if m.role == 'assistant' %}{% generation %}{{ m.content }}{% endgeneration %}{% else %}{{ m.content }}{% endif %}<|end|>\n{% endfor %}{% if add_generation_prompt %}<|assistant|>\n{% endif %}`;
    const file = join(directory, 'endless.jinja');
    writeFileSync(file, source);
    const { out } = await inspect('--data', data, '--diff', 'classic', file, '--json', '--limit', '1');
    const compared = JSON.parse(out) as {
      a: { supervisedTokens: number };
      b: { supervisedTokens: number };
      changes: object[];
    };
    expect(compared.changes).toEqual([
      {
        kind: 'mask',
        a: expect.any(Number),
        b: expect.any(Number),
        id: expect.any(Number),
        text: '<|end|>',
        supervised: false,
      },
    ]);
    expect(compared.a.supervisedTokens).toBe(compared.b.supervisedTokens + 1);
  });

  test('two templates, and conversations to compare them on', async () => {
    const one = await inspect('--data', data, '--diff', 'classic');
    expect(one.err).toBe('error: --diff: expected two templates, got 1: classic\n');
    const text = writeRows(join(directory, 'text.jsonl'), [{ text: 'Hi' }]);
    expect((await inspect('--data', text, '--diff', 'classic', 'chatml')).err).toMatch(/found plain text/);
  });
});
