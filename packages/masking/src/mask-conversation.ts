/**
 * A rendered conversation as tokens with labels. The one rule: a token belongs where its first character
 * belongs.
 *
 * A token that straddles a border is produced by the model at the moment when its first character is due,
 * so whoever writes that character writes the token. A header's last token that swallows the answer's first
 * letters is not learnt (the prompt gives it); an answer's last token that reaches over the end is (the
 * model has to produce it). A token that no character stands behind belongs to the character that it stands
 * before. The pieces of one character all carry its range and are decided alike.
 *
 * With `encodeConversation` no token crosses the border of an answer; what is left are borders inside one, between
 * parts of different weight, through which the model writes.
 */
import type { Conversation, RenderedConversation } from '@sftkit/templates';
import type { Encoding } from '@sftkit/tokenization';
import { checkEncoding } from './check-encoding.js';
import { labelTokens } from './label-tokens.js';
import { supervisedSpans } from './supervised-spans.js';
import type { SupervisionOptions } from './supervision-options.js';
import type { MaskedExample } from './types.js';

/** A masked example, and how many of its tokens did not fit the spans exactly. */
export interface MaskedConversation extends MaskedExample {
  /** Tokens that cross the border of a generation span, or of a weight inside one; decided by their first character. */
  readonly straddlingTokens: number;
}

export type MaskConversationOptions = SupervisionOptions;

/**
 * Supervises the tokens whose first character lies in a span that the policy counts,
 * with the weight of the message; never the first token, which nothing predicts.
 * @param encoding of `rendered.text`
 * @throws {MaskingError} if a turn to be learnt is not in the rendering, or the encoding is of another text
 */
export function maskConversation(
  rendered: RenderedConversation,
  encoding: Encoding,
  conversation: Conversation,
  options: MaskConversationOptions = {},
): MaskedConversation {
  const { length } = rendered.text;
  checkEncoding(encoding, length);
  const characters = new Float32Array(length);
  for (const { start, end, weight } of supervisedSpans(rendered, conversation, options)) {
    characters.fill(weight, start, end);
  }
  const behindText = options.policy === 'all' ? (options.weight ?? 1) : 0;
  const weights = new Float32Array(encoding.ids.length);
  for (let t = 0; t < weights.length; t++) weights[t] = characters[encoding.starts[t]!] ?? behindText;
  return {
    ...labelTokens(encoding.ids, weights),
    straddlingTokens: countStraddling(rendered, encoding, characters),
  };
}

/** @param weights of each character */
function countStraddling(
  { text, generation }: RenderedConversation,
  { starts, ends }: Encoding,
  weights: Float32Array,
): number {
  // 0 for what nobody generates, else the turn that a character belongs to, from 1.
  const turns = new Int32Array(text.length);
  for (const { start, end, message } of generation) turns.fill(message + 1, start, end);
  let count = 0;
  for (let t = 0; t < starts.length; t++) {
    const start = starts[t]!;
    for (let at = start + 1; at < ends[t]!; at++) {
      if (turns[at] === turns[start] && weights[at] === weights[start]) continue;
      count += 1;
      break;
    }
  }
  return count;
}
