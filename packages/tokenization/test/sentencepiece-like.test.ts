/** Tokenizers that write "▁" for spaces and cut nowhere, with random vocabularies, against their definition. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { type JsonObject, Tokenizer } from '../src/index.js';
import { mergeByDefinition, type RandomMerges, randomMerges, textsOver } from './random-merges.js';

const UNKNOWN = '<unk>';

interface Model {
  readonly random: RandomMerges;
  /** Texts that the merges make, or begin with, and that have no token. */
  readonly missing: readonly string[];
  readonly fuseUnknown: boolean;
}

const models: fc.Arbitrary<Model> = randomMerges(['a', 'b', '>', '▁']).chain((random) =>
  fc.record({
    random: fc.constant(random),
    missing: fc.oneof(
      fc.constant([]),
      fc.subarray([...random.characters, ...random.merges.map((pair) => pair.join(''))]),
    ),
    fuseUnknown: fc.boolean(),
  }),
);

function tokensOf({ random, missing }: Model): readonly string[] {
  const { characters, merges } = random;
  const texts = new Set([UNKNOWN, ...characters, ...merges.map((pair) => pair.join(''))]);
  return [...texts].filter((text) => !missing.includes(text));
}

function compile(model: Model, steps: JsonObject): Tokenizer {
  const vocab = Object.fromEntries(tokensOf(model).map((token, id) => [token, id]));
  const { merges } = model.random;
  return Tokenizer.fromObjects(
    {
      model: { type: 'BPE', vocab, merges, unk_token: UNKNOWN, fuse_unk: model.fuseUnknown },
      decoder: { type: 'Fuse' },
      ...steps,
    },
    {},
  );
}

/** [token, start, end] by the definitions: "▁" before the text and for its spaces, merges, unknown symbols. */
function encodeByDefinition(model: Model, text: string) {
  const tokens = tokensOf(model);
  const rows: [string, number, number][] = [];
  if (text === '') return rows;
  let at = -1; // the prefix stands for nothing
  for (const symbol of mergeByDefinition(`▁${text.replaceAll(' ', '▁')}`, model.random.merges)) {
    const end = at + symbol.length;
    const last = rows.at(-1);
    if (tokens.includes(symbol)) rows.push([symbol, Math.max(0, at), end]);
    else if (model.fuseUnknown && last?.[0] === UNKNOWN) last[2] = end;
    else rows.push([UNKNOWN, Math.max(0, at), end]);
    at = end;
  }
  return rows;
}

it.each([
  [
    'normalizers',
    {
      normalizer: {
        type: 'Sequence',
        normalizers: [
          { type: 'Prepend', prepend: '▁' },
          { type: 'Replace', pattern: { String: ' ' }, content: '▁' },
        ],
      },
    },
  ],
  [
    // A text that begins with a space or a "▁" gets no other: it is left out below.
    'Metaspace',
    { pre_tokenizer: { type: 'Metaspace', replacement: '▁', prepend_scheme: 'always', split: false } },
  ],
] as readonly (readonly [string, JsonObject])[])(
  '%s: tokens and spans are those of the definition',
  (name, steps) => {
    const texts = textsOver(['a', 'b', '>', ' ', '▁', '?'], 24);
    fc.assert(
      fc.property(models, texts, (model, text) => {
        fc.pre(name !== 'Metaspace' || !/^[ ▁]/.test(text));
        const tokenizer = compile(model, steps);
        const { ids, starts, ends } = tokenizer.encode(text);
        const rows = Array.from(ids, (id, i) => [tokenizer.idToToken(id), starts[i], ends[i]]);
        expect(rows).toEqual(encodeByDefinition(model, text));
      }),
      { numRuns: 1000 },
    );
  },
);

it('a long text is handed on in parts, between which unknown characters still become one token', () => {
  const model: Model = {
    random: { characters: ['a', '▁'], merges: [['a', 'a']] },
    missing: [],
    fuseUnknown: true,
  };
  const text = `a${'??'.repeat(300)}aa`.repeat(50) + 'a?'.repeat(3000);
  const tokenizer = compile(model, {});
  const { ids, starts, ends } = tokenizer.encode(text);
  const parts = Array.from(ids, (id, i) => [tokenizer.idToToken(id), text.slice(starts[i], ends[i])]);
  const run = [UNKNOWN, '?'.repeat(600)];
  expect(parts.slice(0, 5)).toEqual([['a', 'a'], run, ['aa', 'aa'], ['a', 'a'], run]);
  expect(parts.filter(([token]) => token === UNKNOWN).length).toBe(50 + 3000);
  expect(parts.map(([, part]) => part).join('')).toBe(text);
});
