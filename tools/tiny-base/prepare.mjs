/**
 * Turns a sample of TinyStories (plain text, a story a line-broken block) into rows of `text` form, to train
 * the quickstart's base model on with `recipes/tiny-base.yaml`:
 *
 *     node tools/tiny-base/prepare.mjs ../shared/data/tinystories/tiny_stories.txt runs/tiny-stories.jsonl
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

const [from, to] = process.argv.slice(2);
if (!from || !to) {
  console.error('error: expected two files; use: node tools/tiny-base/prepare.mjs STORIES.txt OUT.jsonl');
  process.exit(1);
}

/** UTF-8 punctuation that was once decoded as Windows-1252, and the curly forms of what the text mostly has. */
const punctuation = [
  [/â€œ|â€\u009d|“|”/g, '"'],
  [/â€™|’/g, "'"],
  [/â€/g, '"'],
];

const text = punctuation.reduce(
  (fixed, [wrong, right]) => fixed.replace(wrong, right),
  readFileSync(from, 'utf8'),
);
// Paragraphs of a story are separated by empty lines, stories by a single line break.
const stories = text
  .split(/(?<!\n)\n(?!\n)/)
  .map((story) => story.trim())
  .filter((story) => story.length >= 100);

mkdirSync(dirname(to), { recursive: true });
writeFileSync(to, stories.map((story) => `${JSON.stringify({ text: story })}\n`).join(''));
console.log(`${stories.length} stories, ${stories.join('').length} characters -> ${to}`);
