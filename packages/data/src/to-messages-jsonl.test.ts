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

test('whatever a row says, it says the same when it is read back', async () => {
  const exact = '{"b":9007199254740993,"1":8.0,"x":1e-06}';
  const call = `{"name":"get","arguments":${JSON.stringify(exact)}}`;
  const row = `{"prompt":[{"role":"user","content":"a"}],"completion":[{"role":"assistant","content":"",
    "function_call":${call},"thinking":"Well.","weight":1.0,"note":${exact}}],"history":[["q","a"]],"system":"s",
    "weight":0.5,"train":true,"functions":[{"name":"get","parameters":${exact}}],"documents":[${exact}],
    "chat_template_kwargs":{"x":${exact}},"metadata":${exact}}`.replaceAll('\n', '');
  const lines = await collect(toMessagesJsonl(parseExamples([row])));
  const [original] = await collect(parseExamples([row]));
  const [again] = await collect(parseExamples(lines));
  expect(again).toEqual(original);
  expect(await collect(toMessagesJsonl(parseExamples(lines)))).toEqual(lines);
  // Call, note, tool, document, variable and metadata.
  expect(lines[0]?.split(exact)).toHaveLength(7);
});

test('text has no messages', async () => {
  const example: Example = { kind: 'text', text: 'a', source: { file: 'f', line: 4 }, index: 3 };
  await expect(collect(toMessagesJsonl([example]))).rejects.toThrow(
    'f:4: a row of the text form cannot become messages',
  );
});
