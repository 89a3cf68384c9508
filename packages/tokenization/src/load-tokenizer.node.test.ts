import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stringifyJson } from '@sftkit/json';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { tinyByteLevelJson } from '../test/tiny-tokenizer.js';
import { loadTokenizer } from './load-tokenizer.node.js';
import { TokenizerFileError } from './tokenization-error.js';
import { Tokenizer } from './tokenizer.js';

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
      `${join(directory, 'tokenizer.json')}: expected a file, found none; a "fast"`,
    );
  });

  it('needs no config', async () => {
    await write('tokenizer.json', tinyByteLevelJson(['h i']));
    expect((await loadTokenizer(directory)).vocabSize).toBe(257);
  });

  it('takes templates as Hugging Face does: files before the config, a processor behind it', async () => {
    const templates = async () => (await loadTokenizer(directory)).chatTemplate;
    await write('tokenizer.json', tinyByteLevelJson([]));
    await write('chat_template.json', { chat_template: 'processor' });
    expect(await templates()).toBe('processor');

    const list = [
      { name: 'default', template: 'config' },
      { name: 'rag', template: 'config rag' },
    ];
    await write('tokenizer_config.json', { chat_template: list });
    expect(await templates()).toEqual({ default: 'config', rag: 'config rag' });

    await mkdir(join(directory, 'additional_chat_templates'));
    await write('additional_chat_templates/rag.jinja', 'file rag');
    expect(await templates()).toEqual({ default: 'config', rag: 'file rag' });
    await rm(join(directory, 'additional_chat_templates', 'rag.jinja'));

    await write('chat_template.jinja', 'file');
    expect(await templates()).toBe('file');

    await write('additional_chat_templates/tool_use.jinja', 'tools');
    await write('additional_chat_templates/notes.txt', 'none');
    expect(await templates()).toEqual({ default: 'file', tool_use: 'tools' });
  });

  it('takes tokens from every file, and saves them in the two that all tools read', async () => {
    await write('tokenizer.json', tinyByteLevelJson(['h i']));
    await write('tokenizer_config.json', { model_max_length: 1e30 });
    await write('added_tokens.json', { '<|b|>': 258, '<|a|>': 257 });
    await write('special_tokens_map.json', {
      eos_token: '<|a|>',
      additional_special_tokens: ['<|c|>', { content: '<|b|>', lstrip: true }],
    });
    const tokenizer = await loadTokenizer(directory);
    expect([...tokenizer.encode('hi<|a|> <|b|><|c|>').ids]).toEqual([256, 257, 32, 258, 259]);
    expect(tokenizer.eosTokenId).toBe(257);
    expect(tokenizer.specialTokens).toEqual(['<|a|>', '<|b|>', '<|c|>']);
    expect(tokenizer.unnumberedTokens).toEqual(['<|c|>']);
    expect(tokenizer.warnings).toEqual([]);

    const json = tokenizer.toTokenizerJson();
    const { tokenizerConfig } = tokenizer.toObjects();
    expect(tokenizerConfig).toMatchObject({
      eos_token: '<|a|>',
      added_tokens_decoder: { 259: { content: '<|c|>' } },
    });
    for (const config of [tokenizerConfig, {}]) {
      const again = Tokenizer.fromObjects(JSON.parse(json), config);
      expect([...again.encode('hi<|a|> <|b|><|c|>').ids]).toEqual([256, 257, 32, 258, 259]);
    }
  });

  it('names both files where they disagree on an id', async () => {
    await write('tokenizer.json', tinyByteLevelJson(['h i'], [{ content: '<|a|>' }]));
    await write('added_tokens.json', { '<|a|>': 300 });
    await expect(loadTokenizer(directory)).rejects.toThrow(
      `${directory}: expected one id for the token "<|a|>", found 257 (tokenizer.json: added_tokens) and 300 (added_tokens.json); take`,
    );
  });

  it('keeps the text of tokenizer.json, byte for byte where nothing is added', async () => {
    const text = stringifyJson(tinyByteLevelJson(['h i'], [{ content: '<|a|>' }]), { indent: 3 })
      .replace('"h":', '"h"  :')
      .concat('\n\n');
    await write('tokenizer.json', text);
    const tokenizer = await loadTokenizer(directory);
    expect(tokenizer.toTokenizerJson()).toBe(text);
    tokenizer.addSpecialTokens(['<|b|>']);
    const changed = tokenizer.toTokenizerJson();
    expect(changed).toContain('"h"  :');
    expect(JSON.parse(changed)).toEqual(tokenizer.toObjects().tokenizerJson);
  });

  it('says where a file is no JSON, and where it is no tokenizer', async () => {
    await write('tokenizer.json', '{"model": {');
    await expect(loadTokenizer(directory)).rejects.toThrow(
      `${join(directory, 'tokenizer.json')}:1:12: not valid JSON: expected a key or }, found the end`,
    );

    await write('tokenizer.json', 'version https://git-lfs.github.com/spec/v1\noid sha256:1\nsize 2\n');
    await expect(loadTokenizer(directory)).rejects.toThrow(/tokenizer.json: it is a pointer of Git LFS/);

    await write('tokenizer.json', { ...tinyByteLevelJson([]), model: { type: 'WordLevel' } });
    await write('tokenizer_config.json', {});
    await expect(loadTokenizer(directory)).rejects.toThrow(
      `${directory}: tokenizer.json: model: expected type "BPE"`,
    );

    await write('tokenizer_config.json', '[]');
    await expect(loadTokenizer(directory)).rejects.toThrow(
      /tokenizer_config.json: expected a JSON object, got a list/,
    );
  });
});
