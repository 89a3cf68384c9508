/**
 * `pnpm conformance:tokenizers [TOKENIZER…]`: every real tokenizer against the Rust library on 10,000 generated texts
 * and on the real texts of ../shared/data. Prints what it finds; a run over all tokenizers without a difference
 * writes docs/tokenizer-conformance.md.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { sharedFile, sharedIsPresent } from '@sftkit/testing';
import { nastyTexts } from './nasty-texts.js';
import { compareTexts, type Parity } from './parity.js';
import { loadPair, readModelFile, TOKENIZERS } from './rust-oracle.js';

const GENERATED = 10_000;
const SEED = 7;

// Lines of each file as they stand, JSON and all: braces, quotes and escapes are texts, too.
const FILES: readonly (readonly [string, string])[] = [
  ['gsm8k', 'train.jsonl'],
  ['gsm8k', 'test.jsonl'],
  ['self-instruct', 'seed_tasks.jsonl'],
  ['self-instruct', 'user_oriented_instructions.jsonl'],
  ['fastchat', 'dummy_conversation.json'],
  ['glaive-toolcall', 'glaive_toolcall_en_demo.json'],
  ['wikisql', 'train.jsonl'],
  ['wwdc25', 'train.jsonl'],
  ['tinystories', 'tiny_stories.txt'],
];

if (!sharedIsPresent()) throw new Error('conformance:tokenizers: needs ../shared beside the project');

const generated = nastyTexts(GENERATED, SEED);
const real = FILES.flatMap((path) => readFileSync(sharedFile('data', ...path), 'utf8').split('\n')).filter(
  (line) => line !== '',
);
const wanted = TOKENIZERS.filter((name) => process.argv.length < 3 || process.argv.includes(name));
const rows: string[] = [];
let wrong = 0;
for (const name of wanted) {
  const pair = loadPair(name);
  const started = performance.now();
  const results = [await compareTexts(pair, generated), await compareTexts(pair, real)];
  const seconds = ((performance.now() - started) / 1000).toFixed(0);
  const { type } = readModelFile(name).model as { type?: string };
  rows.push(
    `| ${name} | ${type ?? 'BPE'}, ${count(pair.ours.vocabSize)} | ${results.map(cells).join(' | ')} |`,
  );
  console.log(`${rows.at(-1)} ${seconds} s`);
  for (const difference of results.flatMap(({ differences }) => differences)) {
    wrong += 1;
    if (wrong <= 20) console.error(difference.slice(0, 500));
  }
}
if (wrong === 0 && wanted.length === TOKENIZERS.length) {
  writeFileSync(new URL('../../../docs/tokenizer-conformance.md', import.meta.url), page());
}
process.exitCode = wrong === 0 ? 0 : 1;

function cells({ texts, tokens, otherSpans, differences }: Parity): string {
  return [texts, tokens, differences.length, otherSpans].map(count).join(' | ');
}

function count(value: number): string {
  return value.toLocaleString('en-US');
}

function page(): string {
  return `# Tokenizers, compared

\`pnpm conformance:tokenizers\` encodes and decodes the same texts with \`@sftkit/tokenization\` and with the Rust library
(\`@anush008/tokenizers\`), and writes this page when nothing differs. A text differs if an id, a decoded text (with or
without control tokens) or a span is another one.

| tokenizer | model, ids | generated texts | tokens | differ | other spans | real texts | tokens | differ | other spans |
| --- | --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |
${rows.join('\n')}

- Generated: ${count(GENERATED)} distinct texts of up to two dozen parts: words of many scripts, emoji sequences, marks in and out of
  order, jamo, ligatures, control tokens and their look-alikes, odd whitespace, any code points
  (\`packages/tokenization/test/nasty-texts.ts\`, seed ${SEED}).
- Real: every line of ${FILES.map((path) => path.join('/')).join(', ')} in \`../shared/data\`, JSON syntax included.
- Other spans are counted, not differences: where a tokenizer writes a prefix "▁" or joins characters (NFC), ours says
  that no character, or all of the characters, stand behind the token, and the Rust library names one of them. The
  three cases are spelt out in \`packages/tokenization/test/parity.ts\`.
- The test suite runs the same comparison on 1,000 generated texts and a part of the real ones.
`;
}
