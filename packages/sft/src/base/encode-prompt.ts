import { encodeConversation } from '@sftkit/masking';
import { type ChatTemplate, type Conversation, type Message, TemplateSpanError } from '@sftkit/templates';
import type { Tokenizer } from '@sftkit/tokenization';
import { SftError } from '../sft-error.js';
import type { Base } from './base.js';
import { encodeTextPrompt } from './encode-text.js';

/** A conversation to be answered, or a plain text to be continued. */
export type Prompt = string | readonly Message[] | Conversation;

/**
 * The tokens that a model is asked with.
 * @param prompt tokens stay as they are
 * @throws {SftError} if it is a conversation, and the model has no template
 */
export function encodeAny(
  prompt: Prompt | Int32Array,
  { tokenizer, template }: Pick<Base, 'tokenizer' | 'template'>,
): Int32Array {
  if (prompt instanceof Int32Array) return prompt;
  if (typeof prompt === 'string') return encodeTextPrompt(prompt, tokenizer);
  if (template === undefined) {
    throw new SftError(
      'a conversation: expected a model with a chat template, got one without; ask with a plain text, or name a template',
    );
  }
  const conversation = 'messages' in prompt ? prompt : { messages: prompt };
  return encodePrompt(conversation, tokenizer, template.template);
}

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
