/**
 * Cutting a text into words where no merge of the vocabulary reaches across, so that the words can be encoded, and
 * remembered, one by one. SentencePiece learns its pieces within words and writes "▁" for the space before a word; files
 * made from its models mostly have no pre-tokenizer that would say so.
 *
 * A merge reaches across a place between two characters only if, at some point, its left text ends with the first and its
 * right text begins with the second. Which characters stand before a right text that begins with "▁" can be read off the
 * merges: in Llama 2 only "▁" itself (runs of spaces), in Gemma 3 also ">" (of HTML). Before every other "▁" a text can be cut.
 */
import { type MergePair, type MergeTable, NONE } from './merge-table.js';
import type { Splitter } from './split-pattern.js';

const WORD_MARK = '▁';

/**
 * @returns undefined if "▁", or a symbol that begins with it, has no token: neighbouring unknown symbols can become one
 * token, and then a cut between them can be seen
 */
export function compileWordCuts(merges: readonly MergePair[], table: MergeTable): Splitter | undefined {
  const isUnknown = (text: string, symbol: number) =>
    text.startsWith(WORD_MARK) && table.tokenIds[symbol] === NONE;
  if (table.symbolOf(WORD_MARK.charCodeAt(0)) === NONE || table.texts.some(isUnknown)) return undefined;
  // By last code unit: of a character of two it is shared with others, before which the text is then not cut either.
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
