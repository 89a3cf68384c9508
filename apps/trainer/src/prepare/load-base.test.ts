import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadModel } from '@sftkit/model/node';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { temporaryDirectory, writeTinyModel } from '../../test/tiny-fixture.js';
import { loadBase } from './load-base.js';

const directory = temporaryDirectory();
let base: string;
beforeAll(async () => {
  base = await writeTinyModel(directory);
});
afterAll(() => rmSync(directory, { recursive: true, force: true }));

const EMBEDDING = 'model.embed_tokens.weight';
const options = { template: 'classic', addTokens: 'auto' } as const;

/** Makes the last ordinary token of the tokenizer a control token of the template, marked special or not. */
function renameLastToken(special: boolean, asAdded: boolean): number {
  const path = join(base, 'tokenizer.json');
  const json = JSON.parse(readFileSync(path, 'utf8'));
  const vocab = json.model.vocab as Record<string, number>;
  const [name, id] = Object.entries(vocab).reduce((last, entry) => (entry[1] > last[1] ? entry : last));
  delete vocab[name];
  vocab['<|user|>'] = id;
  json.model.merges.pop();
  if (asAdded) {
    const flags = { single_word: false, lstrip: false, rstrip: false, normalized: false };
    json.added_tokens.push({ id, content: '<|user|>', ...flags, special });
  }
  writeFileSync(path, JSON.stringify(json));
  return id;
}

test.each([
  ['is added but not marked special', true],
  ['is an ordinary token', false],
])('the trained row of a control token that %s stays as it is', async (_, asAdded) => {
  rmSync(base, { recursive: true, force: true });
  base = await writeTinyModel(directory);
  const id = renameLastToken(false, asAdded);
  const before = (await loadModel(base)).weights.get(EMBEDDING)!;
  const { weights, tokenizer, config } = await loadBase(base, options);
  const width = config.width;
  expect(tokenizer.tokenToId('<|user|>')).toBe(id);
  expect(weights.get(EMBEDDING)!.slice(0, before.length)).toEqual(before);
  expect(weights.get(EMBEDDING)!.length).toBe(tokenizer.vocabSize * width);
});
