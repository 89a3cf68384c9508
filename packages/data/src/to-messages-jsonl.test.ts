import { expect, test } from 'vitest';
import type { Example } from './example.js';
import { parseExamples } from './parse-examples.js';
import { toMessagesJsonl } from './to-messages-jsonl.js';

async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const item of items) all.push(item);
  return all;
}

test('what is read back is what was written', async () => {
  const rows = '[{"conversations": [{"from": "human", "value": "a\\nb"}, {"from": "gpt", "value": "c"}]}]';
  const lines = await collect(toMessagesJsonl(parseExamples([rows])));
  expect(lines).toEqual([
    '{"messages":[{"role":"user","content":"a\\nb"},{"role":"assistant","content":"c"}]}\n',
  ]);
  const [original] = await collect(parseExamples([rows]));
  const [again] = await collect(parseExamples(lines));
  expect(again).toEqual(original);
});

test('text has no messages', async () => {
  const example: Example = { kind: 'text', text: 'a', source: { file: 'f', line: 4 }, index: 3 };
  await expect(collect(toMessagesJsonl([example]))).rejects.toThrow(
    'f:4: a row of the text form cannot become messages',
  );
});
