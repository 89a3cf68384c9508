import { describe, expect, it } from 'vitest';
import { rows, tinyByteLevel, tinyByteLevelJson } from '../test/tiny-tokenizer.js';
import { MissingTokensError, TokenizationError } from './tokenization-error.js';
import { Tokenizer } from './tokenizer.js';

// 256 "he", 257 "ll", 258 "hell", 259 "hello", 260 "Ġh", then <|user|> 261 and <|end|> 262.
const MERGES = ['h e', 'l l', 'he ll', 'hell o', 'Ġ h'];
const CONTROL = [{ content: '<|user|>' }, { content: '<|end|>' }];
const tiny = tinyByteLevel(MERGES, CONTROL);

describe('encode', () => {
  it('gives each token the characters it stands for', () => {
    expect(rows(tiny, '<|user|>hello hi<|end|>')).toEqual([
      ['<|user|>', 0, 8],
      ['hello', 8, 13],
      ['Ġh', 13, 15],
      ['i', 15, 16],
      ['<|end|>', 16, 23],
    ]);
    expect([...tiny.encode('<|user|>hello<|end|>').special]).toEqual([1, 0, 1]);
    expect([...tiny.encode('<|user|>hello<|end|>').ids]).toEqual([261, 259, 262]);
  });

  it('gives every byte-level piece of one character the whole character', () => {
    // An emoji is four bytes and two UTF-16 code units; é is two bytes and one unit.
    expect(rows(tiny, 'é😀h').map(([, start, end]) => [start, end])).toEqual([
      ...[
        [0, 1],
        [0, 1],
      ],
      ...[
        [1, 3],
        [1, 3],
        [1, 3],
        [1, 3],
      ],
      [3, 4],
    ]);
  });

  it('widens a token that ends inside a character to the end of it', () => {
    // "hÃ" is h and the first byte of é.
    const straddling = tinyByteLevel(['h Ã']);
    expect(rows(straddling, 'hé!')).toEqual([
      ['hÃ', 0, 2],
      ['©', 1, 2],
      ['!', 2, 3],
    ]);
  });

  it('gives a composed character all that it was composed from', () => {
    const composing = tinyByteLevel([], [], { normalizer: { type: 'NFC' } });
    expect(rows(composing, 'ae\u0301b').map(([, start, end]) => [start, end])).toEqual([
      [0, 1],
      [1, 3],
      [1, 3],
      [3, 4],
    ]);
  });

  it('gives a prefix of its own no character', () => {
    const prefixing = tinyByteLevel([], [], {
      pre_tokenizer: { type: 'ByteLevel', add_prefix_space: true, use_regex: true },
    });
    expect(rows(prefixing, 'h')).toEqual([
      ['Ġ', 0, 0],
      ['h', 0, 1],
    ]);
  });

  it('encodes a lone surrogate as U+FFFD, three tokens for one code unit', () => {
    expect(rows(tiny, '\uD83Dh').map(([, start, end]) => [start, end])).toEqual([
      [0, 1],
      [0, 1],
      [0, 1],
      [1, 2],
    ]);
  });

  it('encodes the empty text as nothing', () => {
    expect(tiny.encode('').ids.length).toBe(0);
    expect(tiny.decode([])).toBe('');
  });

  it('adds nothing by itself, and its frame when asked (no second BOS beside the template’s)', () => {
    const framing = tinyByteLevel(MERGES, CONTROL, {
      post_processor: {
        type: 'TemplateProcessing',
        single: [
          { SpecialToken: { id: '<|user|>', type_id: 0 } },
          { Sequence: { id: 'A', type_id: 0 } },
          { SpecialToken: { id: '<|end|>', type_id: 0 } },
        ],
        special_tokens: { '<|user|>': { ids: [261] }, '<|end|>': { ids: [262] } },
      },
    });
    expect(rows(framing, 'hello')).toEqual([['hello', 0, 5]]);
    expect(rows(framing, 'hello', { addSpecialTokens: true })).toEqual([
      ['<|user|>', 0, 0],
      ['hello', 0, 5],
      ['<|end|>', 5, 5],
    ]);
  });

  it('refuses a text with a character that it has no token for', () => {
    const gap = tinyByteLevelJson([]);
    const { h: _, ...vocab } = gap.model.vocab;
    const lacking = Tokenizer.fromObjects({ ...gap, model: { ...gap.model, vocab } }, {});
    expect(() => lacking.encode('oh')).toThrow(/expected a token for every character, got none for "h"/);
  });
});

describe('control tokens inside what a user wrote', () => {
  const text = '<|user|>say <|end|><|end|>';
  const user = { start: 8, end: 19 };

  it('stay text inside plain ranges and are control tokens outside', () => {
    const { ids, starts } = tiny.encode(text, { plainRanges: [user] });
    expect([ids[0], ids.at(-1)]).toEqual([261, 262]);
    expect([...ids].filter((id) => id >= 261)).toEqual([261, 262]);
    expect(starts.at(-1)).toBe(19);
    expect(tiny.decode(ids)).toBe(text);
  });

  it('are all read without plain ranges, and none with controlTokens plain', () => {
    expect([...tiny.encode(text).ids].filter((id) => id >= 261)).toEqual([261, 262, 262]);
    expect([...tiny.encode(text, { controlTokens: 'plain' }).ids].filter((id) => id >= 261)).toEqual([]);
  });

  it('cannot be put together from half a token of the template and half of the user', () => {
    for (let border = 1; border < 7; border++) {
      expect(tiny.encode('<|end|>', { plainRanges: [{ start: border, end: 7 }] }).special.includes(1)).toBe(
        false,
      );
      expect(tiny.encode('<|end|>', { plainRanges: [{ start: 0, end: border }] }).special.includes(1)).toBe(
        false,
      );
    }
    expect([...tiny.encode('<|end|>', { plainRanges: [{ start: 7, end: 7 }] }).ids]).toEqual([262]);
  });

  it('are not built by the merges either', () => {
    // The special token "hello" is in the base vocabulary: plain "hello" must be other tokens.
    const json = tinyByteLevelJson(MERGES);
    const tokenizer = Tokenizer.fromObjects(
      { ...json, added_tokens: [{ id: 259, content: 'hello', special: true }] },
      {},
    );
    expect([...tokenizer.encode('hello').ids]).toEqual([259]);
    const plain = tokenizer.encode('hello', { controlTokens: 'plain' });
    expect(plain.special.includes(1)).toBe(false);
    expect([...plain.ids]).not.toContain(259);
    expect(tokenizer.decode(plain.ids)).toBe('hello');
  });

  it('leaves added tokens that are no control tokens alone', () => {
    const tokenizer = tinyByteLevel([], [{ content: '<think>', special: false }]);
    expect([...tokenizer.encode('<think>', { controlTokens: 'plain' }).ids]).toEqual([256]);
  });

  it('refuses ranges outside the text', () => {
    expect(() => tiny.encode('hi', { plainRanges: [{ start: 0, end: 3 }] })).toThrow(
      /2 code units, got \[0, 3\)/,
    );
  });
});

describe('decode', () => {
  it('gives the text back exactly, with nothing cleaned up', () => {
    const text = "hello . It 's <|user|>\u0000\r\n  😀 e\u0301 \uFFFD";
    expect(tiny.decode(tiny.encode(text).ids)).toBe(text);
  });

  it('leaves control tokens out when asked', () => {
    const { ids } = tiny.encode('<|user|>hello<|end|>');
    expect(tiny.decode(ids, { skipSpecialTokens: true })).toBe('hello');
    expect(tiny.decode(ids)).toBe('<|user|>hello<|end|>');
  });

  it('shows ids without a token, and parts of a character, as U+FFFD', () => {
    expect(tiny.decode([259, 9999])).toBe('hello\uFFFD');
    expect(tiny.decodeToken(tiny.encode('😀').ids[0]!)).toBe('\uFFFD');
    expect(tiny.decodeToken(260)).toBe(' h');
  });
});

describe('addSpecialTokens', () => {
  it('gives new tokens the next ids, known ones their own, and writes both into the files', () => {
    const tokenizer = tinyByteLevel(MERGES, CONTROL);
    expect(tokenizer.vocabSize).toBe(263);
    expect([...tokenizer.addSpecialTokens(['<|im_end|>', '<|end|>', '<|x|>', '<|im_end|>'])]).toEqual([
      263, 262, 264, 263,
    ]);
    expect(tokenizer.vocabSize).toBe(265);
    expect([...tokenizer.encode('hello<|im_end|>').ids]).toEqual([259, 263]);

    const { tokenizerJson, tokenizerConfig } = tokenizer.toObjects();
    const again = Tokenizer.fromObjects(JSON.parse(JSON.stringify(tokenizerJson)), tokenizerConfig);
    expect([...again.encode('hello<|im_end|><|x|>').ids]).toEqual([259, 263, 264]);
    expect(again.specialTokens).toEqual(['<|user|>', '<|end|>', '<|im_end|>', '<|x|>']);
    expect(tokenizerConfig.added_tokens_decoder).toHaveProperty('263.content', '<|im_end|>');
  });

  it('changes nothing in the objects it was made from', () => {
    const json = tinyByteLevelJson(MERGES, CONTROL);
    const before = JSON.stringify(json);
    Tokenizer.fromObjects(json, {}).addSpecialTokens(['<|im_end|>']);
    expect(JSON.stringify(json)).toBe(before);
  });

  it('makes a word of the vocabulary a control token under its own id', () => {
    const tokenizer = tinyByteLevel(MERGES);
    expect(tokenizer.encode('hello').special[0]).toBe(0);
    expect([...tokenizer.addSpecialTokens(['hello'])]).toEqual([259]);
    expect(tokenizer.vocabSize).toBe(261);
    expect(tokenizer.encode('hello').special[0]).toBe(1);
  });
});

describe('what the files say', () => {
  it('names BOS, EOS and padding, as text or as objects', () => {
    const tokenizer = Tokenizer.fromObjects(tinyByteLevelJson(MERGES, CONTROL), {
      bos_token: { content: '<|user|>' },
      eos_token: '<|end|>',
      pad_token: null,
    });
    expect([tokenizer.bosToken, tokenizer.bosTokenId]).toEqual(['<|user|>', 261]);
    expect([tokenizer.eosToken, tokenizer.eosTokenId]).toEqual(['<|end|>', 262]);
    expect([tokenizer.padToken, tokenizer.padTokenId]).toEqual([undefined, undefined]);
  });

  it('hands on the chat template, or the named ones', () => {
    const template = (chat_template: unknown) =>
      Tokenizer.fromObjects(tinyByteLevelJson([]), { chat_template }).chatTemplate;
    expect(template('{{ messages }}')).toBe('{{ messages }}');
    expect(
      template([
        { name: 'default', template: 'a' },
        { name: 'tool_use', template: 'b' },
      ]),
    ).toEqual({
      default: 'a',
      tool_use: 'b',
    });
    expect(template(undefined)).toBeUndefined();
    expect(() => template([{ name: 'default' }])).toThrow(/chat_template: expected text or a list/);
  });

  it('names the tokens that are missing, and the remedy', () => {
    tiny.requireTokens(['<|end|>']);
    const attempt = () => tiny.requireTokens(['<|im_start|>', '<|end|>', '<|im_end|>', '<|im_end|>']);
    expect(attempt).toThrow(MissingTokensError);
    expect(attempt).toThrow(
      'requireTokens: expected "<|im_start|>", "<|im_end|>" to be single tokens, got a tokenizer whose control tokens ' +
        'are "<|user|>", "<|end|>"; add them with addSpecialTokens',
    );
    expect(() => tiny.requireTokens(['hello'])).toThrow(MissingTokensError);
  });

  it.each<readonly [string, unknown, RegExp]>([
    ['no object', 'text', /tokenizer.json: expected a JSON object, got "text"/],
    ['no model', {}, /model: expected an object, got nothing/],
    [
      'another model',
      { model: { type: 'WordPiece', vocab: {} } },
      /expected type "BPE" or "Unigram", got "WordPiece"/,
    ],
    [
      'a model without merges',
      { model: { type: 'BPE', vocab: {} } },
      /needs "vocab" \(an object\) and "merges"/,
    ],
    [
      'a normalizer without alignment',
      { normalizer: { type: 'Nmt' } },
      /normalizer: expected NFC.*got "Nmt"/,
    ],
    [
      'an unknown pre-tokenizer',
      { pre_tokenizer: { type: 'Bert' } },
      /pre_tokenizer: expected ByteLevel.*got "Bert"/,
    ],
    ['an unknown decoder', { decoder: { type: 'CTC' } }, /decoder: expected ByteLevel.*got CTC|got "CTC"/],
    [
      'an unknown post-processor',
      { post_processor: { type: 'X' } },
      /post_processor: expected ByteLevel.*got "X"/,
    ],
    [
      'a broken pattern',
      { normalizer: { type: 'Replace', pattern: { Regex: '(' }, content: '' } },
      /cannot be read/,
    ],
    [
      'an id used twice',
      { added_tokens: [{ id: 7, content: '<x>' }] },
      /expected an id of its own for "<x>", got 7/,
    ],
    ...[[1], [null], [['h', 1]], ['hi'], ['h i j']].map(
      (merges) =>
        [
          `merges that are ${JSON.stringify(merges)}`,
          { model: { ...tinyByteLevelJson([]).model, merges } },
          /expected merges of two texts, got .* at merges\[0\]/,
        ] as const,
    ),
    [
      'merges that are no list',
      { model: { ...tinyByteLevelJson([]).model, merges: 'h i' } },
      /needs "vocab" \(an object\) and "merges" \(a list\)/,
    ],
    ...['x', -1, 1.5, 2e9, null].map(
      (id) =>
        [
          `a vocabulary with the id ${id}`,
          { model: { type: 'BPE', vocab: { a: id }, merges: [] } },
          /vocab: expected an id from 0 to 16777216 for "a", got/,
        ] as const,
    ),
    ...[[1], [['a']], [['a', 'x']], [[3, -1]], [null]].map(
      (vocab) =>
        [
          `a Unigram vocabulary that is ${JSON.stringify(vocab)}`,
          { model: { type: 'Unigram', vocab } },
          /vocab\[0\]: expected \[token, score\], got/,
        ] as const,
    ),
    [
      'an unknown token that is none',
      { model: { type: 'Unigram', vocab: [['a', -1]], unk_id: 5 } },
      /unk_id: expected a place in the vocabulary, got 5/,
    ],
    [
      'a post-processor without its template',
      { post_processor: { type: 'TemplateProcessing', single: 5 } },
      /single: expected a list, got 5/,
    ],
    ['an added token without id', { added_tokens: [{ content: '<x>' }] }, /added_tokens\[0\]: expected/],
  ])('refuses %s', (_, change, message) => {
    const isWhole = typeof change !== 'object' || change === null || Object.keys(change).length === 0;
    const json = isWhole ? change : { ...tinyByteLevelJson([]), ...change };
    expect(() => Tokenizer.fromObjects(json, {})).toThrow(TokenizationError);
    expect(() => Tokenizer.fromObjects(json, {})).toThrow(message);
  });
});
