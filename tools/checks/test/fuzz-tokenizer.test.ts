/** Files of a tokenizer with faults in them: what is accepted encodes, decodes and is saved. */
import { parseFileText } from '@sftkit/json';
import { type JsonObject, readTokenizer, Tokenizer, trainByteLevelBpe } from '@sftkit/tokenization';
import { describe, expect, it } from 'vitest';
import { jsonText, mutate, mutateBytes, mutateText } from './fuzz-mutate.js';
import { refusalOf, tryAll } from './fuzz-outcome.js';
import type { Random } from './fuzz-random.js';

/** What every message begins with. */
const PLACE = /tokenizer\.json|tokenizer_config\.json|special_tokens_map\.json|added_tokens\.json|^encode: /;

const trained = trainByteLevelBpe(['the cat sat on the mat, the hat'], {
  vocabSize: 268,
  specialTokens: ['<|end|>', '<pad>'],
  eosToken: '<|end|>',
  padToken: '<pad>',
});

const TOKENS = ['<unk>', '<s>', '</s>', ...Array.from('▁abcdeth'), '▁a', '▁b', 'th', 'the', '<0x41>'];

/** As SentencePiece's models are converted: Llama 2, Gemma. */
const sentencePiece = {
  version: '1.0',
  added_tokens: ['<unk>', '<s>', '</s>'].map((content, id) => ({
    id,
    content,
    special: true,
    normalized: false,
  })),
  normalizer: {
    type: 'Sequence',
    normalizers: [
      { type: 'Prepend', prepend: '▁' },
      { type: 'NFKC' },
      { type: 'Replace', pattern: { String: ' ' }, content: '▁' },
    ],
  },
  pre_tokenizer: null,
  post_processor: {
    type: 'TemplateProcessing',
    single: [{ SpecialToken: { id: '<s>', type_id: 0 } }, { Sequence: { id: 'A', type_id: 0 } }],
    pair: [],
    special_tokens: { '<s>': { id: '<s>', ids: [1], tokens: ['<s>'] } },
  },
  decoder: {
    type: 'Sequence',
    decoders: [
      { type: 'Replace', pattern: { String: '▁' }, content: ' ' },
      { type: 'ByteFallback' },
      { type: 'Fuse' },
      { type: 'Strip', content: ' ', start: 1, stop: 0 },
    ],
  },
  model: {
    type: 'BPE',
    dropout: null,
    unk_token: '<unk>',
    fuse_unk: true,
    byte_fallback: true,
    vocab: Object.fromEntries(TOKENS.map((token, id) => [token, id])),
    merges: ['▁ a', '▁ b', ['t', 'h'], 'th e'],
  },
};

const unigram = {
  version: '1.0',
  added_tokens: [{ id: 0, content: '<unk>', special: true }],
  normalizer: { type: 'NFC' },
  pre_tokenizer: {
    type: 'Sequence',
    pretokenizers: [
      { type: 'Metaspace', replacement: '▁', prepend_scheme: 'always', split: true },
      { type: 'Split', pattern: { Regex: '\\p{N}' }, behavior: 'Isolated', invert: false },
    ],
  },
  decoder: { type: 'Metaspace', replacement: '▁', prepend_scheme: 'always' },
  model: {
    type: 'Unigram',
    unk_id: 0,
    vocab: TOKENS.map((token, at) => [token, -at / 2]),
    byte_fallback: false,
  },
};

const FILES: readonly object[] = [trained.tokenizerJson, sentencePiece, unigram];

const CONFIGS: readonly JsonObject[] = [
  trained.tokenizerConfig,
  {
    tokenizer_class: 'LlamaTokenizerFast',
    add_bos_token: true,
    add_eos_token: false,
    bos_token: { content: '<s>', lstrip: false, normalized: false },
    eos_token: '</s>',
    unk_token: '<unk>',
    additional_special_tokens: ['<s>'],
    extra_special_tokens: { image_token: '</s>' },
    added_tokens_decoder: {
      '0': { content: '<unk>', special: true },
      '1': { content: '<s>', special: true },
    },
    chat_template: [{ name: 'default', template: '{{ messages }}' }],
    model_max_length: 1e30,
  },
];

const TEXTS = [
  '',
  'the cat 12',
  ' a  b\n\nthe<|end|></s>',
  'é🙂\u0301 ﬁ \ud800 x',
  'th'.repeat(300),
  '<0x41><s>',
];

/** All that a tokenizer does. */
function use(tokenizer: Tokenizer): void {
  for (const text of TEXTS) {
    const refused = attempt(() => {
      const { ids, starts, ends } = tokenizer.encode(text, { addSpecialTokens: true });
      if (ids.some((id) => id < 0 || id >= tokenizer.vocabSize)) throw new Error(`ids ${ids.join()}`);
      if (starts.some((start, at) => start < 0 || ends[at]! < start || ends[at]! > text.length))
        throw new Error(`offsets of ${JSON.stringify(text)}`);
      tokenizer.decode(ids, { skipSpecialTokens: true });
    });
    if (refused) throw refused;
  }
  tokenizer.addSpecialTokens(['<|new|>']);
  const { tokenizerJson, tokenizerConfig } = tokenizer.toObjects();
  Tokenizer.fromObjects(tokenizerJson, tokenizerConfig);
  tokenizer.toTokenizerJson();
}

function attempt(run: () => void): unknown {
  try {
    run();
  } catch (error) {
    return error;
  }
  return undefined;
}

const pair = (random: Random): [object, JsonObject] => [random.pick(FILES), random.pick(CONFIGS)];

describe('a tokenizer', () => {
  it.each([
    [trained.tokenizerJson, CONFIGS[0]],
    [sentencePiece, CONFIGS[1]],
    [unigram, {}],
  ])('without faults is accepted: %#', async (json, config) => {
    expect(await refusalOf({ what: 'unchanged', run: () => use(Tokenizer.fromObjects(json, config)) })).toBe(
      undefined,
    );
  });

  it('whose tokenizer.json has faults is used, or the fault is named', async () => {
    const refused = await tryAll(600, PLACE, (random) => {
      const [json] = pair(random);
      const { value, what } = mutate(json, random);
      return { what, run: () => use(Tokenizer.fromObjects(value, {})) };
    });
    expect(refused).toBeGreaterThan(100);
  });

  it('so it is where tokenizer_config.json and the files beside it have faults', async () => {
    await tryAll(300, PLACE, (random) => {
      const { value, what } = mutate(random.pick(CONFIGS), random);
      const map = mutate(
        { bos_token: '<s>', eos_token: { content: '</s>' }, additional_special_tokens: ['a'] },
        random,
      );
      const added = mutate({ '<|new|>': 268, '<|newer|>': 269 }, random);
      return {
        what: `config ${what}; map ${map.what}; added ${added.what}`,
        run: () =>
          use(
            Tokenizer.fromObjects(
              random.pick(FILES),
              parseFileText(jsonText(value), 'tokenizer_config.json'),
              {
                specialTokensMap: random.oneIn(2) ? (map.value as JsonObject) : undefined,
                addedTokens: random.oneIn(2) ? (added.value as JsonObject) : undefined,
              },
            ),
          ),
      };
    });
  });

  it('so it is where the text of a file is damaged', async () => {
    await tryAll(200, PLACE, (random) => {
      const [json, config] = pair(random);
      const damaged = random.pick(['tokenizer.json', 'tokenizer_config.json']);
      const texts: Record<string, string> = {
        'tokenizer.json': JSON.stringify(json),
        'tokenizer_config.json': JSON.stringify(config),
      };
      const text = mutateText(texts[damaged]!, random);
      texts[damaged] = random.oneIn(2)
        ? text
        : new TextDecoder().decode(mutateBytes(new TextEncoder().encode(text), random));
      return {
        what: `${damaged}: ${text.slice(0, 400)}`,
        run: async () =>
          use(
            await readTokenizer({
              name: 'dir',
              pathOf: (file) => `dir/${file}`,
              text: async (file) => texts[file],
              list: async () => [],
            }),
          ),
      };
    });
  });
});
