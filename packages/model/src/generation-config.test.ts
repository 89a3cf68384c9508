import { parseJson } from '@sftkit/json';
import { expect, test } from 'vitest';
import type { ConfigJson } from './families/config-fields.js';
import { stopTokenIds } from './generation-config.js';

const json = (text: string) => parseJson(text) as ConfigJson;

test.each([
  ['{"eos_token_id": [2, 3.0]}', '{"eos_token_id": 9}', [2, 3]],
  ['{"eos_token_id": null}', '{"eos_token_id": 9.0}', [9]],
  ['{}', '{}', []],
])('%s beside %s', (generation, config, ids) => {
  expect(stopTokenIds(json(generation), json(config))).toEqual(ids);
  expect(stopTokenIds(undefined, json(generation))).toEqual(stopTokenIds(json(generation), {}));
});

test.each([
  [
    '{"eos_token_id": [2, 9007199254740993]}',
    'generation_config.json: eos_token_id: expected a token id from 0 to 16777216 or a list of them, got [2,9007199254740993]',
  ],
  ['{"eos_token_id": 2147483647}', 'got 2147483647'],
  ['{"eos_token_id": 0.5}', 'got 0.5'],
  ['{"eos_token_id": [-1]}', 'got [-1]'],
  ['{"eos_token_id": "</s>"}', 'got "</s>"'],
])('refuses %s', (text, message) => {
  expect(() => stopTokenIds(json(text), {})).toThrow(message);
  expect(() => stopTokenIds(undefined, json(text))).toThrow(/^config\.json: eos_token_id: expected/);
});
