/**
 * Which characters of a rendering the loss counts, and with what weight: the one place where policies and
 * the `train` and `weight` fields of messages are read.
 */
import type { Conversation, RenderedConversation, Span } from '@sftkit/templates';
import { MaskingError } from './masking-error.js';

/**
 * - `assistant`: every assistant turn, its end of turn included;
 * - `last-assistant`: the last one only;
 * - `all`: every character.
 */
export type MaskPolicy = 'assistant' | 'last-assistant' | 'all';

/** Characters that count with this weight; 0 where the loss must not see them. */
export interface WeightedSpan extends Span {
  readonly weight: number;
}

/**
 * Spans in the order in which they apply: a later one overrides an earlier one, and what lies in none
 * weighs 0. The assistant's characters are the template's generation spans. `train: true` on another
 * message counts its whole message span, header included, since a template marks only the assistant's own
 * text; `train: false` and `weight: 0` take a message out.
 * @throws {MaskingError} if a turn to be learnt is nowhere in the rendering: such an example would teach
 *   nothing, and silently
 */
export function supervisedSpans(
  rendered: RenderedConversation,
  { messages }: Conversation,
  policy: MaskPolicy,
): readonly WeightedSpan[] {
  if (policy === 'all') return everything(rendered, messages);
  const isAssistant = messages.map(({ role }) => role === 'assistant');
  // A template may mark what it likes: a marked turn is an assistant's, whatever its role is called.
  for (const { message } of rendered.generation) isAssistant[message] = true;
  const last = isAssistant.lastIndexOf(true);
  return messages.flatMap(({ train, weight = 1 }, i) => {
    const byPolicy = policy === 'assistant' ? isAssistant[i] === true : i === last;
    if (!(train ?? byPolicy)) return [];
    const spans = isAssistant[i]
      ? rendered.generation.filter(({ message }) => message === i)
      : rendered.messages.filter(({ message }) => message === i);
    if (spans.length === 0) throw notRendered(rendered, i, messages[i]?.role ?? '');
    return spans.map(({ start, end }) => ({ start, end, weight }));
  });
}

function everything(
  rendered: RenderedConversation,
  messages: Conversation['messages'],
): readonly WeightedSpan[] {
  const own = rendered.messages.map(({ start, end, message }) => {
    const { train = true, weight = 1 } = messages[message] ?? {};
    return { start, end, weight: train ? weight : 0 };
  });
  return [{ start: 0, end: rendered.text.length, weight: 1 }, ...own];
}

function notRendered(rendered: RenderedConversation, index: number, role: string): MaskingError {
  const place = `supervisedSpans: expected the ${role} turn messages[${index}] in the rendered text`;
  const remedy =
    rendered.generation.length === 0
      ? 'use a template with {% generation %} markers around what the assistant writes'
      : 'the template leaves this turn out: remove it, or set its "train" to false';
  return new MaskingError(`${place}, found no span of it; ${remedy}`);
}
