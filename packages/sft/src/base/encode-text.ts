import type { Encoding, Tokenizer } from '@sftkit/tokenization';

/**
 * Plain text as the model reads it: framed as the tokenizer frames texts, but never begun or ended twice where the text
 * begins or ends with the token itself, and ended with the end of text.
 * @param endOfText undefined: nothing is appended
 * @param stopTokens further tokens that end a text, as they are spelt
 */
export function encodeText(
  text: string,
  tokenizer: Tokenizer,
  endOfText: number | undefined,
  stopTokens: readonly string[] = [],
): Encoding {
  const framed = encodeOnce(text, tokenizer);
  const { ids, starts, ends, special } = framed;
  const last = ids.at(-1);
  const isEnded =
    last === endOfText || (last !== undefined && stopTokens.includes(tokenizer.idToToken(last)!));
  if (endOfText === undefined || isEnded) return framed;
  return {
    ids: withOneMore(ids, endOfText),
    starts: withOneMore(starts, text.length),
    ends: withOneMore(ends, text.length),
    special: Uint8Array.from(withOneMore(special, 1)),
  };
}

function withOneMore(values: ArrayLike<number>, value: number): Int32Array {
  const result = new Int32Array(values.length + 1);
  result.set(values);
  result[values.length] = value;
  return result;
}

/** Text to be continued: framed alike, without the end that the tokenizer may add. */
export function encodeTextPrompt(text: string, tokenizer: Tokenizer): Int32Array {
  const { ids, starts, ends, special } = encodeOnce(text, tokenizer);
  const isAddedEnd = ids.length > 1 && special.at(-1) === 1 && starts.at(-1) === ends.at(-1);
  return isAddedEnd ? ids.slice(0, -1) : ids;
}

/** What the tokenizer adds stands for no character; where the text has the same token beside it, that one is enough. */
function encodeOnce(text: string, tokenizer: Tokenizer): Encoding {
  const framed = tokenizer.encode(text, { addSpecialTokens: true });
  const { ids, starts, ends, special } = framed;
  const isAdded = (at: number): boolean => special[at] === 1 && starts[at] === ends[at];
  const last = ids.length - 1;
  const from = last > 0 && isAdded(0) && !isAdded(1) && ids[0] === ids[1] ? 1 : 0;
  const to = last > 0 && isAdded(last) && !isAdded(last - 1) && ids[last] === ids[last - 1] ? last : last + 1;
  if (from === 0 && to === last + 1) return framed;
  return {
    ids: ids.slice(from, to),
    starts: starts.slice(from, to),
    ends: ends.slice(from, to),
    special: special.slice(from, to),
  };
}
