import type { Message, RenderFinding, SourceSpan } from './types.js';

/**
 * Contents whose parts came out as a list: `[{'type': 'text', …`, as Python writes it, or as JSON. jinja2 does the same
 * where a template expects text; hardly anybody wants it.
 */
export function writtenAsList(
  messages: readonly Message[],
  sources: readonly SourceSpan[],
  text: string,
): RenderFinding[] {
  const lists = new Set<number>();
  return sources.flatMap(({ message, field, path, start }): RenderFinding[] => {
    const said = messages[message];
    // Brackets and quotes belong to the list itself, or to one of its parts. What a tool answers may be JSON.
    const isList = field === 'content' && /^(?:\[\d+\])?$/.test(path) && Array.isArray(said?.content);
    if (!isList || said?.role === 'tool' || lists.has(message)) return [];
    lists.add(message);
    const begins = JSON.stringify(text.slice(start, start + 12));
    const problem = `the template expects the content as text, and writes its parts as a list that begins with ${begins}`;
    return [{ kind: 'content', message, problem }];
  });
}
