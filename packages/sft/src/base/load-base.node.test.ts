import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadModel } from '@sftkit/model/node';
import { expect, test } from 'vitest';
import { temporaryDirectory, writeTinyModel } from '../../test/tiny-project.js';
import { loadBase } from './load-base.node.js';

const directory = temporaryDirectory();

const EMBEDDING = 'model.embed_tokens.weight';
const options = { template: 'classic', addTokens: 'auto' } as const;

/** Makes the last ordinary token of the tokenizer a control token of the template that is not marked special. */
function renameLastToken(base: string, asAdded: boolean): number {
  const path = join(base, 'tokenizer.json');
  const json = JSON.parse(readFileSync(path, 'utf8'));
  const vocab = json.model.vocab as Record<string, number>;
  const [name, id] = Object.entries(vocab).reduce((last, entry) => (entry[1] > last[1] ? entry : last));
  delete vocab[name];
  vocab['<|user|>'] = id;
  json.model.merges.pop();
  if (asAdded) {
    const flags = { single_word: false, lstrip: false, rstrip: false, normalized: false };
    json.added_tokens.push({ id, content: '<|user|>', ...flags, special: false });
  }
  writeFileSync(path, JSON.stringify(json));
  return id;
}

test.each([
  ['is added but not marked special', true],
  ['is an ordinary token', false],
])('the trained row of a control token that %s stays as it is', async (_, asAdded) => {
  const base = await writeTinyModel(join(directory, String(asAdded)));
  const id = renameLastToken(base, asAdded);
  const before = (await loadModel(base)).weights.get(EMBEDDING)!;
  const { weights, tokenizer, config } = await loadBase(base, options);
  const width = config.width;
  expect(tokenizer.tokenToId('<|user|>')).toBe(id);
  expect(weights.get(EMBEDDING)!.slice(0, before.length)).toEqual(before);
  expect(weights.get(EMBEDDING)!.length).toBe(tokenizer.vocabSize * width);
});
