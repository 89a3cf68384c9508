import type { Example } from '@sftkit/data';
import { contentTexts } from './content-texts.js';

/** Characters of what is said in an example: how much work it is to prepare. */
export function countCharacters(example: Example): number {
  if (example.kind === 'text') return example.text.length;
  return example.conversation.messages
    .flatMap(({ content }) => contentTexts(content))
    .reduce((sum, text) => sum + text.length, 0);
}
