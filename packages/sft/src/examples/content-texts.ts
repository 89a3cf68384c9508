import type { Message } from '@sftkit/templates';

/** What a message says, part by part; nothing where it has no content. */
export function contentTexts(content: Message['content']): string[] {
  if (typeof content === 'string') return [content];
  return (content ?? []).map(({ text = '' }) => text);
}
