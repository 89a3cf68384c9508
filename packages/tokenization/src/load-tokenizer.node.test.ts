import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { tinyByteLevelJson } from '../test/tiny-tokenizer.js';
import { loadTokenizer } from './load-tokenizer.node.js';
import { TokenizerFileError } from './tokenization-error.js';

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'sftkit-tokenization-'));
});
afterEach(() => rm(directory, { recursive: true }));

const write = (name: string, content: unknown) =>
  writeFile(join(directory, name), typeof content === 'string' ? content : JSON.stringify(content));

describe('loadTokenizer', () => {
  it('loads both files, and takes the template from its own file where there is one', async () => {
    await write('tokenizer.json', tinyByteLevelJson(['h i']));
    await write('tokenizer_config.json', { eos_token: 'hi', chat_template: 'old' });
    const tokenizer = await loadTokenizer(directory);
    expect([...tokenizer.encode('hi').ids]).toEqual([256]);
    expect(tokenizer.eosTokenId).toBe(256);
    expect(tokenizer.chatTemplate).toBe('old');

    await write('chat_template.jinja', 'new');
    expect((await loadTokenizer(directory)).chatTemplate).toBe('new');
  });

  it('names the file that is missing, and the remedy', async () => {
    const missing = loadTokenizer(directory);
    await expect(missing).rejects.toThrow(TokenizerFileError);
    await expect(missing).rejects.toThrow(
      `expected a file ${join(directory, 'tokenizer.json')}, found none; a "fast"`,
    );

    await write('tokenizer.json', tinyByteLevelJson([]));
    await expect(loadTokenizer(directory)).rejects.toThrow(/tokenizer_config.json, found none; copy it/);
  });

  it('says where a file is no JSON, and where it is no tokenizer', async () => {
    await write('tokenizer.json', 'version https://git-lfs');
    await expect(loadTokenizer(directory)).rejects.toThrow(
      /expected JSON in .*tokenizer.json, got .*fetch the file again/,
    );

    await write('tokenizer.json', { ...tinyByteLevelJson([]), model: { type: 'WordLevel' } });
    await write('tokenizer_config.json', {});
    await expect(loadTokenizer(directory)).rejects.toThrow(
      `${directory}: tokenizer.json: model: expected type "BPE"`,
    );

    await write('tokenizer_config.json', '[]');
    await expect(loadTokenizer(directory)).rejects.toThrow(
      /expected a JSON object in .*tokenizer_config.json, got a list/,
    );
  });
});
