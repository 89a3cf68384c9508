/** Boundaries with real tokenizers: what stands before a cut is what a model is given, what stands behind is its own. */
import { describe, expect, it } from 'vitest';
import { type JsonObject, Tokenizer } from '../src/index.js';
import { nastyTexts } from './nasty-texts.js';
import { readModelFile } from './rust-oracle.js';
import { rows, tinyByteLevel } from './tiny-tokenizer.js';

/** A place between characters, near the middle. */
function middleOf(text: string): number {
  const characters = [...text];
  return characters.slice(0, Math.floor(characters.length / 2)).join('').length;
}

// One of each kind; tools/conformance encodes prompts and answers with all of them.
describe.each(['deepseek_v3', 'gpt2', 'llama2', 'llama3_2', 'qwen2_5'] as const)('%s', (name) => {
  const tokenizer = Tokenizer.fromObjects(readModelFile(name), readModelFile(name, 'tokenizer_config.json'));
  const texts = nastyTexts(400, 5);

  it('has the tokens of the text up to the boundary, and none across', () => {
    for (const text of texts) {
      const at = middleOf(text);
      const { ids, starts, ends } = tokenizer.encode(text, { boundaries: [at] });
      const before = tokenizer.encode(text.slice(0, at));
      const count = before.ids.length;
      expect([...ids.slice(0, count)], JSON.stringify(text)).toEqual([...before.ids]);
      expect([...ends.slice(0, count)], JSON.stringify(text)).toEqual([...before.ends]);
      expect(starts.slice(count).every((start) => start >= at)).toBe(true);
    }
  });

  it('adds nothing behind the boundary: the tokens decode to the text as without it', () => {
    for (const text of texts) {
      const at = middleOf(text);
      const { ids: whole, starts, ends, special } = tokenizer.encode(text);
      // A control token that is cut apart is none, and the text behind it no text of its own.
      if (special.some((is, t) => is === 1 && starts[t]! < at && at < ends[t]!)) continue;
      const { ids } = tokenizer.encode(text, { boundaries: [at] });
      // Composed characters may be cut apart; that is all the difference there is.
      expect(tokenizer.decode(ids).normalize('NFC'), JSON.stringify(text)).toBe(
        tokenizer.decode(whole).normalize('NFC'),
      );
    }
  });
});

describe('what belongs to a text alone', () => {
  const llama = readModelFile('llama2');
  const text = '[INST] Hi [/INST] Hello';
  const spelt = (tokenizer: Tokenizer, boundaries: readonly number[]) =>
    rows(tokenizer, text, { boundaries })
      .slice(-2)
      .map(([token]) => token);

  it.each([
    ['normalizer Prepend', llama],
    [
      'pre-tokenizer Metaspace',
      {
        ...llama,
        normalizer: null,
        pre_tokenizer: { type: 'Metaspace', replacement: '▁', prepend_scheme: 'always', split: false },
      },
    ],
  ] as readonly (readonly [string, JsonObject])[])('%s: no prefix behind the boundary', (_, json) => {
    const tokenizer = Tokenizer.fromObjects(json, {});
    // Cut before the space, the answer is "▁Hello" as without a cut; cut behind it, the answer is a bare "Hello".
    expect(spelt(tokenizer, [])).toEqual([']', '▁Hello']);
    expect(spelt(tokenizer, [text.indexOf(' Hello')])).toEqual([']', '▁Hello']);
    expect(spelt(tokenizer, [text.indexOf('Hello')])).toEqual(['▁', 'Hello']);
  });

  it('an added token before the boundary starts a text anew, as it does without one', () => {
    const tokenizer = Tokenizer.fromObjects(llama, {});
    const whole = rows(tokenizer, '</s>Hello');
    expect(whole.map(([token]) => token)).toEqual(['</s>', '▁Hello']);
    expect(rows(tokenizer, '</s>Hello', { boundaries: [4] })).toEqual(whole);
  });
});

describe('added tokens at a boundary', () => {
  const added = [
    { content: '<a>', rstrip: true },
    { content: '<b>', lstrip: true },
  ];
  const tokenizer = tinyByteLevel([], added);

  it('take whitespace up to it and no further', () => {
    expect(rows(tokenizer, '<a>  x').slice(0, 1)).toEqual([['<a>', 0, 5]]);
    expect(rows(tokenizer, '<a>  x', { boundaries: [4] }).slice(0, 2)).toEqual([
      ['<a>', 0, 4],
      ['Ġ', 4, 5],
    ]);
    expect(rows(tokenizer, 'x  <b>', { boundaries: [2] }).slice(-2)).toEqual([
      ['Ġ', 1, 2],
      ['<b>', 2, 6],
    ]);
  });

  it('are not read across it', () => {
    expect(rows(tokenizer, '<a>', { boundaries: [2] }).map(([token]) => token)).toEqual(['<', 'a', '>']);
  });

  it('are only text behind it, too, where the range is plain', () => {
    const options = { boundaries: [1], plainRanges: [{ start: 1, end: 4 }] };
    expect(rows(tokenizer, 'x<a>', options).map(([token]) => token)).toEqual(['x', '<', 'a', '>']);
  });
});

it('boundaries may come in any order, repeat and lie at the ends', () => {
  const tokenizer = tinyByteLevel(['a b', 'ab c']);
  expect(rows(tokenizer, 'abcabc', { boundaries: [6, 2, 0, 2, 3] })).toEqual([
    ['ab', 0, 2],
    ['c', 2, 3],
    ['abc', 3, 6],
  ]);
});

it.each([-1, 4, 1.5, 2])('a boundary outside of the text, or inside a character, is refused: %d', (at) => {
  expect(() => tinyByteLevel([]).encode('a🙂', { boundaries: [at] })).toThrow(
    `encode: expected boundaries between characters within the text's 3 code units, got ${at}`,
  );
});
