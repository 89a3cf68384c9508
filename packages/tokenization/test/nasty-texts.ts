/** Texts made to break tokenizers. For tests only. */
import fc from 'fast-check';

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

// Letters and digits of many scripts, from blocks that have been full for many versions of Unicode: how a newer
// character is cut and normalized depends on the tables of the library.
const BLOCKS: readonly (readonly [number, number])[] = [
  [0x20, 0x7e],
  [0xa1, 0x17f],
  [0x391, 0x3a1],
  [0x3b1, 0x3c9],
  [0x410, 0x44f],
  [0x5d0, 0x5ea],
  [0x620, 0x64a],
  [0x905, 0x939],
  [0xe01, 0xe2e],
  [0x1e00, 0x1eff],
  [0x2010, 0x2027],
  [0x2190, 0x22ff],
  [0x3041, 0x3096],
  [0x30a1, 0x30fa],
  [0x4e00, 0x9fa5],
  [0xac00, 0xd7a3],
  [0xff01, 0xff5e],
  [0x1f600, 0x1f64f],
];

// Ideographs beyond extension B are still being added.
const anything = fc
  .string({ unit: 'binary', maxLength: 3 })
  .filter((text) => !/[\u{2a6d7}-\u{3ffff}]/u.test(text));

const word = fc.constantFrom(...BLOCKS).chain(([min, max]) =>
  fc.string({
    unit: fc.integer({ min, max }).map((code) => String.fromCodePoint(code)),
    minLength: 1,
    maxLength: 6,
  }),
);

/** Distinct texts of up to two dozen nasty parts, words of many scripts and random characters; the same each time. */
export function nastyTexts(count: number, seed: number): readonly string[] {
  const part = fc.oneof(
    { weight: 6, arbitrary: fc.constantFrom(...NASTY) },
    { weight: 2, arbitrary: word },
    { weight: 1, arbitrary: anything },
  );
  const texts = new Set<string>();
  for (let round = 0; texts.size < count; round++) {
    const more = fc.sample(
      fc.array(part, { maxLength: 24, size: 'max' }).map((parts) => parts.join('')),
      { seed: seed + 1000 * round, numRuns: count },
    );
    for (const text of more) if (texts.size < count) texts.add(text);
  }
  return [...texts];
}
