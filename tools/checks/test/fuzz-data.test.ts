/** Rows of data with faults in structure and bytes. */
import { parseConversation, parseExamples } from '@sftkit/data';
import { expect, it } from 'vitest';
import { jsonText, mutate, mutateBytes, mutateText } from './fuzz-mutate.js';
import { tryAll } from './fuzz-outcome.js';

/** What every message begins with. */
const PLACE = /^demos\.jsonl:\d+: /;

const call = { type: 'function', function: { name: 'look_up', arguments: { city: 'Zürich', days: 3 } } };
const ROWS: readonly object[] = [
  {
    messages: [
      { role: 'system', content: 'Be brief.' },
      { role: 'user', content: [{ type: 'text', text: 'Hi 🙂' }], name: 'Ann' },
      { role: 'assistant', content: 'Hello', reasoning_content: 'thought', train: true, weight: 0.5 },
      { role: 'assistant', content: null, tool_calls: [call] },
      { role: 'tool', content: '{"sun": 8.0}', tool_call_id: 'c1' },
      { role: 'assistant', content: 'Sun.' },
    ],
    tools: [{ type: 'function', function: { name: 'look_up', parameters: { type: 'object' } } }],
    documents: [{ title: 't', text: 'x' }],
    chat_template_kwargs: { enable_thinking: false },
    metadata: { source: 'a' },
    weight: 2,
  },
  { prompt: 'Why?', completion: 'So.', system: 'Be kind.', history: [['q', 'a']] },
  {
    conversations: [
      { from: 'human', value: 'Hi' },
      { from: 'function_call', value: '{"name": "f", "arguments": "{}"}' },
      { from: 'observation', value: '1' },
      { from: 'gpt', value: 'Ok' },
    ],
    tools: '[{"name": "f"}]',
  },
  { instruction: 'Add.', input: '1, 2', output: '3' },
  { text: 'Once upon a time.', weight: 1 },
];

async function read(chunk: string | Uint8Array): Promise<void> {
  for await (const example of parseExamples([chunk], {
    file: 'demos.jsonl',
    onUnknownKey: () => undefined,
  })) {
    if (example.source.line < 1) throw new Error('an example without a line');
  }
}

it('a row with faults is read, or refused with its line', async () => {
  const refused = await tryAll(800, PLACE, (random) => {
    const { value, what } = mutate(random.pick(ROWS), random);
    const text = jsonText(value);
    return { what, run: () => read(random.oneIn(2) ? `${text}\n` : `[${text}]`) };
  });
  expect(refused).toBeGreaterThan(200);
});

it('so is a row whose text or bytes are damaged', async () => {
  await tryAll(500, PLACE, (random) => {
    const text = mutateText(JSON.stringify(random.pick(ROWS)), random);
    const bytes = mutateBytes(new TextEncoder().encode(text), random);
    return { what: text.slice(0, 500), run: () => read(random.oneIn(2) ? text : bytes) };
  });
});

it('a value that is no file is a conversation, or refused', async () => {
  await tryAll(300, PLACE, (random) => {
    const { value, what } = mutate(ROWS[0], random);
    return { what, run: () => parseConversation(value, { file: 'demos.jsonl', line: 1 }) };
  });
});
