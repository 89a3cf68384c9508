/**
 * Against the Rust library, on texts made to break tokenizers. Ids and decoded texts must be equal. Spans must
 * be equal but for three cases in which ours says more, and which are spelt out in `parity.ts`. A longer run of the
 * same, `pnpm conformance:tokenizers`, writes docs/tokenizer-conformance.md.
 */
import { readFileSync } from 'node:fs';
import type { Tokenizer as RustTokenizer } from '@anush008/tokenizers';
import { sharedFile, sharedIsPresent } from '@sftkit/testing';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type JsonObject, type Tokenizer, trainByteLevelBpe } from '../src/index.js';
import { nastyTexts } from './nasty-texts.js';
import { compareTexts } from './parity.js';
import { loadPair, pairFromObject, readModelFile, rustEncodeAll, TOKENIZERS } from './rust-oracle.js';

const BIG: ReadonlySet<string> = new Set(['gemma3', 'gptoss', 'mistral_nemo', 'qwen3']);

async function expectParity(ours: Tokenizer, rust: RustTokenizer, texts: readonly string[]) {
  expect((await compareTexts({ ours, rust }, texts)).differences).toEqual([]);
}

describe.each(TOKENIZERS)('%s', (name) => {
  const { ours, rust } = loadPair(name);

  it('encodes 1,000 nasty texts as the Rust library does', async () => {
    await expectParity(ours, rust, nastyTexts(1000, 1));
  });

  it('encodes long texts without a place to cut as the Rust library does', async () => {
    const anyOf = (characters: readonly string[], length: number) =>
      fc
        .sample(
          fc.array(fc.constantFrom(...characters), { minLength: length, maxLength: length, size: 'max' }),
          {
            seed: 3,
            numRuns: 1,
          },
        )[0]!
        .join('');
    const texts = ['a', ' ', '\n', '=', '北', '😀', 'ab', ' a', '> </'].map((unit) => unit.repeat(5000));
    texts.push(anyOf([...'etaoinshrdlu'], 8000), anyOf(['北', '京', '大', '学', '国', '人', '中'], 5000));
    texts.push(anyOf([' ', '  ', '\n', '\t', 'x', '>', '</'], 8000));
    await expectParity(ours, rust, texts);
  });

  // Of one tokenizer of each kind: the others' files are large, and to write and read them again takes time.
  it.skipIf(BIG.has(name))(
    'encodes control tokens as plain text as a tokenizer without them does',
    async () => {
      const json = readModelFile(name);
      const added = json.added_tokens as readonly { content: string }[];
      const { rust: without } = pairFromObject({
        ...json,
        added_tokens: added.filter(({ content }) => !ours.controlTokens.includes(content)),
      });
      const texts = nastyTexts(300, 2);
      const expected = await rustEncodeAll(without, texts);
      texts.forEach((text, index) => {
        const { ids, special } = ours.encode(text, { controlTokens: 'plain' });
        const tokens = Array.from(ids, (id) => ours.idToToken(id));
        // Not ids: without its control tokens the Rust library numbers the other added tokens anew.
        expect(tokens, JSON.stringify(text)).toEqual(expected[index]!.tokens);
        expect(special.includes(1)).toBe(false);
      });
    },
  );

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

  it('added tokens have the ids that the Rust library gives them, whatever the file says', async () => {
    const { vocab } = base.model as typeof llama.model;
    const word = Object.keys(vocab).at(-1)!;
    const token = (id: number, content: string) => ({
      ...{ id, content, special: content !== word, normalized: false },
      ...{ lstrip: false, rstrip: false, single_word: false },
    });
    const { ours, rust } = pairFromObject({
      ...base,
      added_tokens: [
        ...base.added_tokens,
        token(1030, '[A]'),
        token(900, word),
        token(1040, '[B]'),
        token(1050, '[A]'),
        token(1041, '[C]'),
      ],
    });
    const first = Object.keys(vocab).length;
    const encoded = ours.encode(`[A]${word}[B][C]`);
    expect([...encoded.ids]).toEqual([first, vocab[word], first + 1, first + 2]);
    await expectParity(ours, rust, [`[A]${word}[B][C]`, ...texts]);
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
