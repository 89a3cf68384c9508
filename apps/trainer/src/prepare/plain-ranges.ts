/**
 * Where control tokens are only text: inside what people wrote. A user who types `<|im_end|>` must not end
 * the turn.
 *
 * The places are found by rendering: each control token in a message is disguised by a character that no text
 * holds, the conversation is rendered, and where the disguise stands is where the token is plain. That makes
 * no assumption on what the template puts around a message.
 */
import type { ChatTemplate, Conversation, Message, Span } from '@sftkit/templates';
import { UserError } from '../user-error.js';

/** Stands in for a control token's first character: a private-use character. */
const DISGUISE = '\uE0FE';

/**
 * @param text the conversation as `template` renders it
 * @param controlTokens the tokenizer's
 * @returns ranges of `text` where control tokens are not to be read, in order
 * @throws {UserError} if the template changes such a text, so that its place cannot be told
 */
export function plainRanges(
  text: string,
  conversation: Conversation,
  template: ChatTemplate,
  controlTokens: readonly string[],
  { addGenerationPrompt = false } = {},
): Span[] {
  const tokens = [...controlTokens].sort((a, b) => b.length - a.length);
  const disguised = disguise(conversation, tokens);
  if (disguised === undefined) {
    return [];
  }
  const rendered = template.renderText(disguised, { addGenerationPrompt });
  const spans: Span[] = [];
  for (let at = rendered.indexOf(DISGUISE); at >= 0; at = rendered.indexOf(DISGUISE, at + 1)) {
    const token = tokens.find((candidate) => text.startsWith(candidate, at));
    spans.push({ start: at, end: at + (token?.length ?? 0) });
  }
  if (rendered.length !== text.length || spans.some(({ start, end }) => start === end)) {
    throw new UserError(
      'conversation: a message holds a control token, and the template changes the text around it, so that it cannot be read as plain text; take it out of the message',
    );
  }
  return spans;
}

/** The conversation with every control token in its contents disguised; undefined where there is none. */
function disguise(conversation: Conversation, tokens: readonly string[]): Conversation | undefined {
  let found = false;
  const hide = (text: string): string =>
    tokens.reduce((hidden, token) => {
      const parts = hidden.split(token);
      found ||= parts.length > 1;
      return parts.join(DISGUISE + token.slice(1));
    }, text);
  const messages = conversation.messages.map((message): Message => {
    const { content, reasoning_content: reasoning } = message;
    return {
      ...message,
      content:
        typeof content === 'string'
          ? hide(content)
          : (content?.map((part) => (part.text === undefined ? part : { ...part, text: hide(part.text) })) ??
            null),
      ...(reasoning === undefined ? {} : { reasoning_content: hide(reasoning) }),
    };
  });
  return found ? { ...conversation, messages } : undefined;
}
