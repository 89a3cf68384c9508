/** One tokenizer beside the Rust library, text by text, and what differs. For tests only. */
import type { Tokenizer as RustTokenizer } from '@anush008/tokenizers';
import type { Tokenizer } from '../src/index.js';
import { type OracleEncoding, rustEncodeAll, spansOf } from './rust-oracle.js';

type Range = readonly [number, number];

export interface Parity {
  readonly texts: number;
  readonly tokens: number;
  /** Tokens whose span is another one by a documented convention, `agrees`. */
  readonly otherSpans: number;
  /** One line for each text that differs otherwise. */
  readonly differences: readonly string[];
}

const COMBINING = /^[\p{M}\u1160-\u11FF\uFF9E\uFF9F]*$/u;
const CLUSTER = /^.?[\p{M}\u1160-\u11FF\uFF9E\uFF9F]*$/su;
// Texts handed over at once: enough to keep the other side busy, few enough to hold.
const BATCH = 250;

export async function compareTexts(
  { ours, rust }: { ours: Tokenizer; rust: RustTokenizer },
  texts: readonly string[],
): Promise<Parity> {
  const differences: string[] = [];
  let tokens = 0;
  let otherSpans = 0;
  for (let from = 0; from < texts.length; from += BATCH) {
    const batch = texts.slice(from, from + BATCH);
    const theirs = await rustEncodeAll(rust, batch);
    const ids = theirs.map((encoding) => encoding.ids as number[]);
    const decoded = await rust.decodeBatch(ids, false);
    const decodedPlain = await rust.decodeBatch(ids, true);
    for (const [i, text] of batch.entries()) {
      const result = compare(ours, text, theirs[i]!, [decoded[i]!, decodedPlain[i]!]);
      tokens += ids[i]!.length;
      otherSpans += result.otherSpans;
      if (result.difference) differences.push(`${result.difference}: ${JSON.stringify(text)}`);
    }
  }
  return { texts: texts.length, tokens, otherSpans, differences };
}

/** @param decoded their texts of their ids, with and without control tokens */
function compare(
  ours: Tokenizer,
  text: string,
  theirs: OracleEncoding,
  decoded: readonly [string, string],
): { otherSpans: number; difference?: string } {
  const encoding = ours.encode(text);
  if (encoding.ids.join() !== theirs.ids.join()) return { otherSpans: 0, difference: 'ids' };
  let otherSpans = 0;
  for (const [t, span] of spansOf(encoding).entries()) {
    const other = theirs.spans[t]!;
    if (span[0] === other[0] && span[1] === other[1]) continue;
    otherSpans += 1;
    if (!agrees(text, span, other))
      return { otherSpans, difference: `span ${t} is ${span}, theirs ${other}` };
  }
  if (ours.decode(encoding.ids) !== decoded[0]) return { otherSpans, difference: 'decoded' };
  if (ours.decode(encoding.ids, { skipSpecialTokens: true }) !== decoded[1])
    return { otherSpans, difference: 'decoded without control tokens' };
  return { otherSpans };
}

/** Whether two different spans are of the same token, in the three cases in which ours says more. */
function agrees(text: string, [start, end]: Range, [rustStart, rustEnd]: Range): boolean {
  // A prefix that the tokenizer wrote itself: the Rust library gives it the next character.
  if (start === end) return start === rustStart;
  // Joined or reordered characters: the Rust library gives the first, or the ones left after joining.
  const within = start <= rustStart && rustEnd <= end;
  if (within && CLUSTER.test(text.slice(start, rustStart)) && COMBINING.test(text.slice(rustEnd, end)))
    return true;
  // Several characters replaced by others: the Rust library gives the last.
  return within && rustEnd === end && /^ {2,}$/.test(text.slice(start, end));
}
