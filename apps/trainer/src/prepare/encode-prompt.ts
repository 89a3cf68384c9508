import { encodeConversation } from '@sftkit/masking';
import { type ChatTemplate, type Conversation, TemplateSpanError } from '@sftkit/templates';
import type { Tokenizer } from '@sftkit/tokenization';

const render = { addGenerationPrompt: true };

/**
 * A conversation as the model reads it when it is to answer: the tokens that training put before an answer.
 * Control tokens that people wrote are plain text.
 */
export function encodePrompt(
  conversation: Conversation,
  tokenizer: Tokenizer,
  template: ChatTemplate,
): Int32Array {
  const rendered = renderPrompt(conversation, template);
  return encodeConversation(rendered, conversation, { tokenizer }).ids;
}

/** The prompt, and which of its characters are answers given before: they are encoded as they were learnt. */
function renderPrompt(conversation: Conversation, template: ChatTemplate) {
  try {
    return template.render(conversation, render);
  } catch (error) {
    // Nothing can be learnt from such a history, but it can be answered: the text itself is right.
    if (!(error instanceof TemplateSpanError)) throw error;
    return { ...template.renderSources(conversation, render), generation: [] };
  }
}
