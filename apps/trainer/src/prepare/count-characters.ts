import type { Example } from '@sftkit/data';

/** Characters of what is said in an example: how much work it is to prepare. */
export function countCharacters(example: Example): number {
  if (example.kind === 'text') return example.text.length;
  return example.conversation.messages.reduce((sum, { content }) => {
    if (typeof content === 'string') return sum + content.length;
    return sum + (content ?? []).reduce((inParts, { text }) => inParts + (text?.length ?? 0), 0);
  }, 0);
}
