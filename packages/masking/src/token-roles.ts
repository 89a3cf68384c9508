import type { RenderedConversation } from '@sftkit/templates';
import type { Encoding } from '@sftkit/tokenization';
import { checkEncoding } from './check-encoding.js';

/**
 * Role of the message that each token starts in; null for what the template itself wrote.
 * @param encoding of `rendered.text`, (N)
 * @returns (N)
 */
export function tokenRoles({ text, messages }: RenderedConversation, encoding: Encoding): (string | null)[] {
  checkEncoding(encoding, text.length);
  // Index of the message span that a character lies in, from 1; 0 for none.
  const spans = new Int32Array(text.length);
  messages.forEach(({ start, end }, i) => {
    spans.fill(i + 1, start, end);
  });
  return Array.from(encoding.starts, (start) => messages[(spans[start] ?? 0) - 1]?.role ?? null);
}
