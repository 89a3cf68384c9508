import type { ChatTemplate } from './chat-template.js';
import { TemplateSpanError } from './errors.js';
import { endOfTurnIn } from './probe-turn.js';

/** Not a word that a header holds. */
const answer = 'sftkit-answer';

/**
 * The token that a template writes after the assistant's content, without whitespace around it: where a model
 * that learns from this template stops.
 * @throws {TemplateSpanError} if the template writes none, or more than one
 */
export function endOfTurn(template: ChatTemplate): string {
  const { text, messages } = template.render({
    messages: [
      { role: 'user', content: 'question' },
      { role: 'assistant', content: answer },
    ],
  });
  const turn = messages.find(({ message }) => message === 1);
  const at = turn ? text.indexOf(answer, turn.start) : -1;
  if (!turn || at === -1) {
    throw new TemplateSpanError(
      "end of turn: expected the assistant's content in its turn, got a template that leaves it out or changes it",
      { template: template.name },
    );
  }
  return endOfTurnIn(text.slice(at + answer.length, turn.end), template.name, undefined);
}
