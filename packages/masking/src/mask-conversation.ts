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
import { cutIntoStretches } from './cut-into-stretches.js';
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
  const { text, generation } = rendered;
  const { ids, starts, ends } = encoding;
  checkEncoding(encoding, text.length);
  const weighted = supervisedSpans(rendered, conversation, options);
  const stretches = cutIntoStretches(text.length, weighted, generation);
  const behindText = options.policy === 'all' ? (options.weight ?? 1) : 0;
  const weights = new Float32Array(ids.length);
  let straddlingTokens = 0;
  let at = 0;
  for (let t = 0; t < ids.length; t++) {
    const start = starts[t]!;
    while (at > 0 && start < stretches[at - 1]!.end) at -= 1;
    while (at < stretches.length && start >= stretches[at]!.end) at += 1;
    const stretch = stretches[at];
    weights[t] = stretch?.weight ?? behindText;
    if (stretch !== undefined && ends[t]! > stretch.end) straddlingTokens += 1;
  }
  return { ...labelTokens(ids, weights), straddlingTokens };
}
