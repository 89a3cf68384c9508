import type { ChatTemplate, Conversation } from '@sftkit/templates';
import type { Tokenizer } from '@sftkit/tokenization';
import { plainRanges } from './plain-ranges.js';

/**
 * A conversation as the model reads it when it is to answer: the tokens that training put before an answer.
 * Control tokens that people wrote are plain text.
 */
export function encodeConversation(
  conversation: Conversation,
  tokenizer: Tokenizer,
  template: ChatTemplate,
): Int32Array {
  const options = { addGenerationPrompt: true };
  const text = template.renderText(conversation, options);
  const ranges = plainRanges(text, conversation, template, tokenizer.specialTokens, options);
  return tokenizer.encode(text, { plainRanges: ranges }).ids;
}

/** Text to be continued, framed as the tokenizer frames texts, without the end of sequence that it may add. */
export function encodeText(text: string, tokenizer: Tokenizer): Int32Array {
  const { ids, starts } = tokenizer.encode(text, { addSpecialTokens: true });
  const isAddedEnd = ids.length > 1 && ids.at(-1) === tokenizer.eosTokenId && starts.at(-1) === text.length;
  return isAddedEnd ? ids.slice(0, -1) : ids;
}
