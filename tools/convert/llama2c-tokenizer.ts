/**
 * llama2.c's tokenizer.bin -> Hugging Face's tokenizer.json. It is a SentencePiece BPE: a space is prepended,
 * characters outside the vocabulary become bytes, and of all neighbouring pairs the one whose union has the best
 * score is merged first. The scores are the order in which the pieces were learned, so every way to put a piece
 * together from two others is a merge with the rank of the piece's score.
 */

/** The SentencePiece mark for a space. */
const SPACE_MARK = '\u2581';

/** Pieces 0, 1 and 2, which llama2.c writes with newlines around them. */
const CONTROL_TOKENS = ['<unk>', '<s>', '</s>'] as const;

/** Bytes 0 to 255 follow the control tokens. */
const FIRST_BYTE = 3;
const FIRST_PIECE = FIRST_BYTE + 256;

interface Piece {
  readonly text: string;
  readonly score: number;
}

/** The files of a Hugging Face tokenizer, by name. */
export interface TokenizerFiles {
  readonly 'tokenizer.json': unknown;
  readonly 'tokenizer_config.json': unknown;
}

/**
 * @param vocabSize pieces in the file, which does not say it itself
 * @throws {Error} if the file is truncated, too long, or names a piece twice
 */
export function readLlama2cTokenizer(
  bytes: Uint8Array,
  { vocabSize, maxPositions }: { readonly vocabSize: number; readonly maxPositions: number },
): TokenizerFiles {
  const pieces = readPieces(bytes, vocabSize);
  const ids = new Map(pieces.map(({ text }, id) => [text, id]));
  if (ids.size !== pieces.length) {
    const twice = pieces.find(({ text }, id) => ids.get(text) !== id);
    throw new Error(`llama2c: expected pieces that differ, got ${JSON.stringify(twice?.text)} twice`);
  }
  return {
    'tokenizer.json': {
      version: '1.0',
      truncation: null,
      padding: null,
      added_tokens: CONTROL_TOKENS.map((content, id) => ({
        id,
        content,
        single_word: false,
        lstrip: false,
        rstrip: false,
        normalized: false,
        special: true,
      })),
      // Llama 2's own form. A Metaspace pre-tokenizer would not mark a text that begins with a space.
      normalizer: {
        type: 'Sequence',
        normalizers: [
          { type: 'Prepend', prepend: SPACE_MARK },
          { type: 'Replace', pattern: { String: ' ' }, content: SPACE_MARK },
        ],
      },
      pre_tokenizer: null,
      post_processor: {
        type: 'TemplateProcessing',
        single: [{ SpecialToken: { id: '<s>', type_id: 0 } }, { Sequence: { id: 'A', type_id: 0 } }],
        pair: [
          { SpecialToken: { id: '<s>', type_id: 0 } },
          { Sequence: { id: 'A', type_id: 0 } },
          { SpecialToken: { id: '<s>', type_id: 1 } },
          { Sequence: { id: 'B', type_id: 1 } },
        ],
        special_tokens: { '<s>': { id: '<s>', ids: [1], tokens: ['<s>'] } },
      },
      decoder: {
        type: 'Sequence',
        decoders: [
          { type: 'Replace', pattern: { String: SPACE_MARK }, content: ' ' },
          { type: 'ByteFallback' },
          { type: 'Fuse' },
          { type: 'Strip', content: ' ', start: 1, stop: 0 },
        ],
      },
      model: {
        type: 'BPE',
        dropout: null,
        unk_token: '<unk>',
        continuing_subword_prefix: null,
        end_of_word_suffix: null,
        fuse_unk: true,
        byte_fallback: true,
        ignore_merges: false,
        vocab: Object.fromEntries(ids),
        merges: deriveMerges(pieces, ids),
      },
    },
    'tokenizer_config.json': {
      tokenizer_class: 'PreTrainedTokenizerFast',
      add_bos_token: true,
      add_eos_token: false,
      bos_token: '<s>',
      eos_token: '</s>',
      unk_token: '<unk>',
      clean_up_tokenization_spaces: false,
      model_max_length: maxPositions,
    },
  };
}

/** Longest piece in bytes (int32), then for each piece its score (float32), its length (int32) and its UTF-8. */
function readPieces(bytes: Uint8Array, vocabSize: number): Piece[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const decoder = new TextDecoder('utf-8', { fatal: true });
  const pieces: Piece[] = [];
  let offset = 4;
  for (let id = 0; id < vocabSize; id++) {
    const length = offset + 8 <= bytes.byteLength ? view.getInt32(offset + 4, true) : -1;
    if (length < 0 || offset + 8 + length > bytes.byteLength) {
      throw new Error(
        `llama2c: expected ${vocabSize} pieces, the file ends at piece ${id}; is it the tokenizer of this model?`,
      );
    }
    const text = decoder.decode(bytes.subarray(offset + 8, offset + 8 + length)).replaceAll(' ', SPACE_MARK);
    pieces.push({ text: CONTROL_TOKENS[id] ?? text, score: view.getFloat32(offset, true) });
    offset += 8 + length;
  }
  if (offset !== bytes.byteLength) {
    throw new Error(
      `llama2c: expected ${vocabSize} pieces, the file has more; is it the tokenizer of this model?`,
    );
  }
  return pieces;
}

/** Best score first. Ways to make the same piece keep the order of their left parts' ids. */
function deriveMerges(pieces: readonly Piece[], ids: ReadonlyMap<string, number>): [string, string][] {
  const byScore = pieces.slice(FIRST_PIECE).sort((a, b) => b.score - a.score);
  return byScore.flatMap(({ text }) => {
    const characters = [...text];
    const splits = characters
      .slice(1)
      .map((_, index): [string, string] => [
        characters.slice(0, index + 1).join(''),
        characters.slice(index + 1).join(''),
      ])
      .filter(([left, right]) => isPiece(ids.get(left)) && isPiece(ids.get(right)));
    return splits.sort((a, b) => ids.get(a[0])! - ids.get(b[0])!);
  });
}

function isPiece(id: number | undefined): boolean {
  return id !== undefined && id >= FIRST_PIECE;
}
