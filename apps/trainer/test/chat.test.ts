import { join } from 'node:path';
import { Readable } from 'node:stream';
import { beforeAll, expect, test } from 'vitest';
import { chatCommand } from '../src/commands/chat.js';
import { painter } from '../src/terminal.js';
import { sftkit, tinyProject, writeRecipe } from './tiny-fixture.js';

const { directory } = tinyProject();
beforeAll(async () => {
  expect((await sftkit('train', writeRecipe(directory, { steps: 1 }))).code).toBe(0);
});

test('answers line by line, keeps the conversation until /reset, and ends with /exit', async () => {
  let out = '';
  const terminal = {
    out: (text: string) => {
      out += text;
    },
    err: () => {},
    isTTY: false,
    columns: 80,
    paint: painter(false),
  };
  const long = 'Lily '.repeat(80); // more than the context of 64 tokens together with what was said
  const input = Readable.from(['Hi\n', `${long}\n`, '/reset\n', 'Bye\n', '/exit\n', 'never read\n']);
  const args = [
    '--model',
    join(directory, 'run', 'model'),
    '--backend',
    'reference',
    '--max-new-tokens',
    '2',
  ];
  await chatCommand(terminal, input).parseAsync(args, { from: 'user' });
  expect(out.match(/> /g)).toHaveLength(5);
  expect(out).toContain('longer than the context of 64 tokens; /reset begins anew.');
  expect(out).toContain('The conversation begins anew.');
});
