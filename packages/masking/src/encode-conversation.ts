/**
 * A rendered conversation as the tokens that a model meets: what people said is never read as a control token, and
 * no token reaches from the prompt into the answer.
 *
 * When a model answers, its prompt has been encoded by itself, so the text is cut where an answer begins: the
 * tokens before it are those of the prompt, whatever the answer begins with. Otherwise an answer that begins with a
 * line feed would merge with the header's and be learnt from a prompt that no model is ever given. The same is done
 * for the answers that a prompt already holds, so that training and generation see the same history.
 *
 * An answer's end needs no cut where a token of its own ends it, as in every template of use; where text ends it,
 * and would merge with what the template writes next, it is cut there, too.
 */
import type { Conversation, GenerationSpan, RenderedConversation } from '@sftkit/templates';
import type { Encoding, Tokenizer } from '@sftkit/tokenization';
import { MaskingError } from './masking-error.js';
import { plainRanges } from './plain-ranges.js';

export interface EncodeConversationOptions {
  readonly tokenizer: Tokenizer;
  /** `plain` (the default): control tokens in messages and tools are text. `allow`: they are read everywhere. */
  readonly controlTokens?: 'plain' | 'allow';
}

/**
 * Templates write their own special tokens, so the tokenizer adds none.
 * @param rendered of `template.render(conversation)`; a prompt, too, with what it holds of earlier answers
 * @throws {MaskingError} if the rendering is of another conversation
 */
export function encodeConversation(
  rendered: Pick<RenderedConversation, 'text' | 'generation' | 'sources'>,
  conversation: Conversation,
  { tokenizer, controlTokens = 'plain' }: EncodeConversationOptions,
): Encoding {
  const { text, generation, sources } = rendered;
  if (sources.some(({ message }) => message >= conversation.messages.length)) {
    throw new MaskingError(
      `encodeConversation: expected a rendering of this conversation of ${conversation.messages.length} messages, got one of more; render it again`,
    );
  }
  const plain = controlTokens === 'plain' ? plainRanges(rendered, tokenizer.controlTokens) : [];
  // Neighbouring spans are one answer, said in several: the model writes through their border.
  const goesOn = (one: GenerationSpan | undefined, next: GenerationSpan | undefined): boolean =>
    one !== undefined && one.end === next?.start && one.message === next.message;
  const starts = generation.filter((span, i) => !goesOn(generation[i - 1], span)).map(({ start }) => start);
  const ends = generation.filter((span, i) => !goesOn(span, generation[i + 1])).map(({ end }) => end);
  const encoding = tokenizer.encode(text, { plainRanges: plain, boundaries: starts });
  const merged = mergedEnds(encoding, tokenizer, ends);
  return merged.length === 0
    ? encoding
    : tokenizer.encode(text, { plainRanges: plain, boundaries: [...starts, ...merged] });
}

/** Ends that a token of plain text reaches across. An added token that takes whitespace behind it does no harm. */
function mergedEnds(
  { ids, starts, ends }: Encoding,
  tokenizer: Tokenizer,
  borders: readonly number[],
): number[] {
  const merged: number[] = [];
  let t = 0;
  for (const border of borders) {
    while (t < ids.length && ends[t]! <= border) t += 1;
    if (t < ids.length && starts[t]! < border && !tokenizer.isAdded(ids[t]!)) merged.push(border);
  }
  return merged;
}
