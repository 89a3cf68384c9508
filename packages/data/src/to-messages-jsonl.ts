/** Examples written back as JSON Lines. */
import { stringifyJson } from '@sftkit/json';
import { DataError } from './data-error.js';
import type { Example } from './example.js';

/**
 * The converter into the `messages` form: one line for each example, its line feed included. Reading the
 * lines back gives the same conversations.
 * @throws {DataError} for an example of the `text` form, which has no messages
 */
export async function* toMessagesJsonl(
  examples: AsyncIterable<Example> | Iterable<Example>,
): AsyncGenerator<string> {
  for await (const example of examples) {
    if (example.kind === 'text') {
      const problem = 'a row of the text form cannot become messages; convert rows that hold a conversation';
      throw new DataError(example.source, undefined, problem);
    }
    const { variables, ...conversation } = example.conversation;
    yield `${stringifyJson({ ...conversation, chat_template_kwargs: variables })}\n`;
  }
}
