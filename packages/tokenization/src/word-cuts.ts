/**
 * Cuts a text into words where no merge of the vocabulary can cross, so that words can be encoded and remembered one by one.
 * SentencePiece writes "▁" for the space before a word, and most of its tokens lie within one word; but files made from
 * its models mostly have no pre-tokenizer that cuts there.
 *
 * A merge crosses the place between two characters only if its left text ends with the first and its right text begins
 * with the second. So the merges themselves say behind which characters a "▁" may be joined: in Llama 2 only behind "▁"
 * (runs of spaces), in Gemma 3 also behind ">" (HTML). The text is cut before every other "▁".
 */
import { type MergePair, type MergeTable, NONE } from './merge-table.js';
import type { Splitter } from './split-pattern.js';

const WORD_MARK = '▁';

/**
 * @returns undefined if "▁", or a symbol that begins with it, has no token: unknown symbols can be fused into one token,
 * also across a cut
 */
export function compileWordCuts(merges: readonly MergePair[], table: MergeTable): Splitter | undefined {
  const isUnknown = (text: string, symbol: number) =>
    text.startsWith(WORD_MARK) && table.tokenIds[symbol] === NONE;
  if (table.symbolOf(WORD_MARK.charCodeAt(0)) === NONE || table.texts.some(isUnknown)) return undefined;
  // The last code unit of a character may be that of others, too: the text is then not cut behind those either.
  const joined = new Set<number>();
  for (const [left, right] of merges) {
    if (right.startsWith(WORD_MARK)) joined.add(left.charCodeAt(left.length - 1));
  }
  return (text, take) => {
    let start = 0;
    for (let at = text.indexOf(WORD_MARK, 1); at !== -1; at = text.indexOf(WORD_MARK, at + 1)) {
      if (joined.has(text.charCodeAt(at - 1))) continue;
      take(text.slice(start, at), start);
      start = at;
    }
    take(text.slice(start), start);
  };
}
