import type { ChatTemplate } from './chat-template.js';
import { controlTokens } from './control-tokens.js';
import { TemplateError, TemplateSpanError } from './errors.js';
import type { Conversation } from './types.js';

const question = { role: 'user', content: 'question' };
/** What a template may want to see before it writes a plain answer. */
const conversations: readonly Conversation[] = [
  { messages: [question, { role: 'assistant', content: 'answer' }] },
  {
    messages: [
      { role: 'user', content: [{ type: 'text', text: 'question' }] },
      { role: 'assistant', content: [{ type: 'text', text: 'answer' }] },
    ],
  },
  {
    messages: [
      { role: 'system', content: 'instructions' },
      question,
      { role: 'assistant', content: 'answer' },
    ],
    tools: [
      {
        type: 'function',
        function: { name: 'f', description: 'd', parameters: { type: 'object', properties: {} } },
      },
    ],
  },
];

/**
 * The token at which a model stops that learns from this template: the last one behind the assistant's content, without
 * whitespace around it.
 * @param examples conversations to look at before any of our own: a template may want tools, or parts of content
 * @throws {TemplateSpanError} if the template writes none
 */
export function endOfTurn(template: ChatTemplate, examples: readonly Conversation[] = []): string {
  let failure: unknown;
  for (const conversation of [...conversations.slice(0, 1), ...examples, ...conversations.slice(1)]) {
    try {
      return endOf(template, conversation);
    } catch (error) {
      if (!(error instanceof TemplateError)) throw error;
      failure ??= error;
    }
  }
  throw failure;
}

function endOf(template: ChatTemplate, conversation: Conversation): string {
  const { text, generation, sources, messages } = template.render(conversation);
  const message = conversation.messages.findLastIndex(({ role }) => role === 'assistant');
  const end = generation.findLast((span) => span.message === message)?.end;
  const own = sources.findLast((span) => span.message === message && span.end <= (end ?? 0));
  const learnt = end === undefined || !own ? '' : text.slice(own.end, end);
  // A template whose marks leave the end out writes it all the same.
  const turn = messages.find((span) => span.message === message);
  const behind = learnt.trim() === '' && own && turn ? text.slice(own.end, turn.end) : learnt;
  const [token] = controlTokens(behind).slice(-1);
  const found = token ? behind.slice(token.start, token.end) : behind.trim();
  if (found !== '') return found;
  throw new TemplateSpanError(
    "end of turn: expected a token behind the assistant's content, got none; a model that never sees one never stops: " +
      'write one, or mark the turn with {% generation %}',
    { template: template.name },
  );
}
