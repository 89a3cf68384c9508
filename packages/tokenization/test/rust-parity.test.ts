/**
 * Against the Rust library, on texts made to break tokenizers. Ids and decoded texts must be equal. Spans must
 * be equal but for three cases in which ours says more, and which are spelt out in `agrees`.
 */
import { readFileSync } from 'node:fs';
import type { Tokenizer as RustTokenizer } from '@anush008/tokenizers';
import { sharedFile, sharedIsPresent } from '@sftkit/testing';
import { describe, expect, it } from 'vitest';
import { type JsonObject, type Tokenizer, trainByteLevelBpe } from '../src/index.js';
import { loadPair, nastyTexts, pairFromObject, readModelFile, rustEncode, spansOf } from './rust-oracle.js';

type Range = readonly [number, number];

const COMBINING = /^[\p{M}\u1160-\u11FF\uFF9E\uFF9F]*$/u;
const CLUSTER = /^.?[\p{M}\u1160-\u11FF\uFF9E\uFF9F]*$/su;

function agrees(text: string, [start, end]: Range, [rustStart, rustEnd]: Range): boolean {
  if (start === rustStart && end === rustEnd) return true;
  // A prefix that the tokenizer wrote itself: the Rust library gives it the next character.
  if (start === end) return start === rustStart;
  // Joined or reordered characters: the Rust library gives the first, or the ones left after joining.
  const within = start <= rustStart && rustEnd <= end;
  if (within && CLUSTER.test(text.slice(start, rustStart)) && COMBINING.test(text.slice(rustEnd, end)))
    return true;
  // Several characters replaced by others: the Rust library gives the last.
  return within && rustEnd === end && /^ {2,}$/.test(text.slice(start, end));
}

async function expectParity(ours: Tokenizer, rust: RustTokenizer, texts: readonly string[], options = {}) {
  for (const text of texts) {
    const encoding = ours.encode(text, options);
    const expected = await rustEncode(rust, text);
    expect([...encoding.ids], JSON.stringify(text)).toEqual(expected.ids);
    const spans = spansOf(encoding);
    const wrong = spans.filter((span, index) => !agrees(text, span, expected.spans[index]!));
    expect(wrong, JSON.stringify(text)).toEqual([]);
    for (const skipSpecialTokens of [false, true]) {
      const decoded = await rust.decode(expected.ids as number[], skipSpecialTokens);
      expect(ours.decode(encoding.ids, { skipSpecialTokens })).toBe(decoded);
    }
  }
}

describe.each(['gpt2', 'llama2', 'llama3_2', 'qwen2_5'] as const)('%s', (name) => {
  const { ours, rust } = loadPair(name);

  it('encodes 500 nasty texts as the Rust library does', async () => {
    await expectParity(ours, rust, nastyTexts(500, 1));
  });

  it('encodes control tokens as plain text as a tokenizer without them does', async () => {
    const json = readModelFile(name);
    const added = json.added_tokens as readonly { special: boolean }[];
    const { rust: without } = pairFromObject({
      ...json,
      added_tokens: added.filter((token) => !token.special),
    });
    for (const text of nastyTexts(300, 2)) {
      const { ids, special } = ours.encode(text, { controlTokens: 'plain' });
      const tokens = Array.from(ids, (id) => ours.idToToken(id));
      // Not ids: without its control tokens the Rust library numbers the other added tokens anew.
      expect(tokens, JSON.stringify(text)).toEqual((await rustEncode(without, text)).tokens);
      expect(special.includes(1)).toBe(false);
    }
  });

  describe.skipIf(!sharedIsPresent())('real texts (needs ../shared)', () => {
    it('encodes problems, stories and conversations as the Rust library does', async () => {
      const problems = readFileSync(sharedFile('data', 'gsm8k', 'test.jsonl'), 'utf8')
        .split('\n')
        .slice(0, 100);
      const stories = readFileSync(sharedFile('data', 'tinystories', 'tiny_stories.txt'), 'utf8').slice(
        0,
        20_000,
      );
      const chats = readFileSync(sharedFile('data', 'fastchat', 'dummy_conversation.json'), 'utf8').slice(
        0,
        20_000,
      );
      await expectParity(ours, rust, [...problems, stories, chats]);
    });
  });
});

describe('components', () => {
  const base = trainByteLevelBpe(nastyTexts(1000, 99), { vocabSize: 800, specialTokens: ['<|endoftext|>'] })
    .tokenizerJson as JsonObject & { added_tokens: readonly JsonObject[] };
  const llama = readModelFile('llama2') as JsonObject & {
    model: JsonObject & { vocab: Record<string, number> };
  };
  const byteLevel = { type: 'ByteLevel', add_prefix_space: false, trim_offsets: false, use_regex: false };
  const after = (step: JsonObject) => ({
    ...base,
    pre_tokenizer: { type: 'Sequence', pretokenizers: [step, byteLevel] },
  });
  const texts = nastyTexts(150, 4);

  it.each(['NFC', 'NFD', 'NFKC', 'NFKD', 'Lowercase'])('normalizer %s', async (type) => {
    const { ours, rust } = pairFromObject({ ...base, normalizer: { type } });
    await expectParity(ours, rust, texts);
  });

  it('normalizers Strip and Replace', async () => {
    const normalizers = [
      { type: 'Strip', strip_left: true, strip_right: true },
      { type: 'Replace', pattern: { Regex: ' {2,}' }, content: '▁▁' },
      { type: 'Replace', pattern: { String: 'the' }, content: 'x$&' },
    ];
    for (const normalizer of normalizers) {
      const { ours, rust } = pairFromObject({ ...base, normalizer });
      // What replaces a word stands for all of it; the Rust library says its last character.
      await expectParity(
        ours,
        rust,
        texts.filter((text) => normalizer.content !== 'x$&' || !text.includes('the')),
      );
    }
  });

  it.each(['Removed', 'Isolated', 'Contiguous', 'MergedWithPrevious', 'MergedWithNext'])(
    'Split %s',
    async (behavior) => {
      for (const invert of [false, true]) {
        const { ours, rust } = pairFromObject(
          after({ type: 'Split', pattern: { Regex: '[0-9]| |<' }, behavior, invert }),
        );
        await expectParity(ours, rust, texts);
      }
    },
  );

  it.each([
    { type: 'Digits', individual_digits: true },
    { type: 'Digits', individual_digits: false },
    { type: 'Punctuation', behavior: 'Contiguous' },
    { type: 'Whitespace' },
    { type: 'WhitespaceSplit' },
  ])('pre-tokenizer $type', async (step) => {
    const { ours, rust } = pairFromObject(after(step));
    await expectParity(ours, rust, texts);
  });

  it('ByteLevel with a leading space', async () => {
    const { ours, rust } = pairFromObject({
      ...base,
      pre_tokenizer: { ...byteLevel, add_prefix_space: true, use_regex: true },
    });
    await expectParity(ours, rust, texts);
  });

  it('added tokens that strip, stand alone or are normalized', async () => {
    const first = 1 + Math.max(...Object.values((base.model as typeof llama.model).vocab));
    const token = (index: number, content: string, more: JsonObject) => ({
      ...{ id: first + index, content, special: true, normalized: false },
      ...{ lstrip: false, rstrip: false, single_word: false, ...more },
    });
    const { ours, rust } = pairFromObject({
      ...base,
      normalizer: { type: 'NFKC' },
      added_tokens: [
        ...base.added_tokens,
        token(0, '[A]', { lstrip: true }),
        token(1, '[B]', { rstrip: true }),
        token(2, '[C]', { lstrip: true, rstrip: true, special: false, normalized: true }),
        token(3, '[D]', { single_word: true }),
        token(4, '<|im_end|>', {}),
        token(5, '<|im_end', {}),
      ],
    });
    await expectParity(ours, rust, texts);
  });

  it.each(['first', 'never', 'always'])('Metaspace, prefix %s', async (prepend_scheme) => {
    const metaspace = { type: 'Metaspace', replacement: '▁', prepend_scheme, split: true };
    const { ours, rust } = pairFromObject({
      ...llama,
      normalizer: null,
      pre_tokenizer: metaspace,
      decoder: { type: 'Sequence', decoders: [{ type: 'ByteFallback' }, metaspace] },
    });
    await expectParity(ours, rust, texts);
  });

  it.each([true, false])('unknown characters, fused: %s', async (fuse_unk) => {
    const { ours, rust } = pairFromObject({
      ...llama,
      model: { ...llama.model, byte_fallback: false, fuse_unk },
    });
    await expectParity(ours, rust, texts);
  });

  it('Unigram', async () => {
    const vocab = Object.entries(llama.model.vocab)
      .sort(([, a], [, b]) => a - b)
      .slice(0, 3000)
      // Distinct, falling scores, so that there is one best path.
      .map(([piece, id]) => [piece, id < 3 ? 0 : -Math.log(id + 2) * 1.7]);
    const { ours, rust } = pairFromObject({ ...llama, model: { type: 'Unigram', unk_id: 0, vocab } });
    await expectParity(ours, rust, texts);
  });
});
