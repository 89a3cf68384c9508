/** For showing only: which characters of a rendering people, tools and the model said; the rest is the template's. */
import type { Conversation, RenderedConversation, Span } from '@sftkit/templates';
import { contentTexts } from '../prepare/content-texts.js';

/**
 * The model's are exact. What others said is looked up inside their own message, so a template that changes it
 * makes it look like a header; no label depends on it.
 * @returns in order
 */
export function saidSpans(
  { text, messages, generation }: RenderedConversation,
  conversation: Conversation,
): readonly Span[] {
  const said: Span[] = generation.map(({ start, end }) => ({ start, end }));
  for (const { message, start, end } of messages) {
    if (generation.some((span) => span.message === message)) continue;
    let from = start;
    for (const whole of contentTexts(conversation.messages[message]!.content)) {
      const part = whole.trim(); // since many templates trim
      const at = part === '' ? -1 : text.indexOf(part, from);
      if (at < 0 || at + part.length > end) continue;
      said.push({ start: at, end: at + part.length });
      from = at + part.length;
    }
  }
  return said.sort((a, b) => a.start - b.start);
}
