/** What a template's spans are with a kind of conversation, in one line: the cells of the tables in golden/. */
import type { ChatTemplate } from '../src/chat-template.js';
import { TemplateError, TemplateSpanError } from '../src/errors.js';
import type { Span } from '../src/types.js';
import { type ConversationKind, conversationKinds } from './conversations.js';
import { digest } from './templates.js';

/** Cells by kind of conversation. */
export type SpanCells = Readonly<Record<string, string>>;

/**
 * `1@51:1f0c… 3@90:77ab… prompt@3`: each span's message, start, and a digest of its text (of its parts, where it has
 * some), then the findings; or why the conversation is refused.
 */
export function spanCell(template: ChatTemplate, { conversation, options }: ConversationKind): string {
  try {
    const { text, generation, findings } = template.render(conversation, options);
    const spans = generation.map(({ start, end, message, parts }) => {
      const said = parts
        ? JSON.stringify(parts.map((part) => [part.kind, text.slice(part.start, part.end)]))
        : text.slice(start, end);
      return `${message}@${start}:${digest(said)}`;
    });
    const rest = findings.map(({ kind, message }) => `${kind}@${message}`);
    return [...spans, ...rest].join(' ');
  } catch (error) {
    if (!(error instanceof TemplateError)) throw error;
    if (error instanceof TemplateSpanError)
      return `no span: ${/expected (.*), got/.exec(error.message)?.[1] ?? error.message}`;
    return error.message.startsWith('render: the template refuses') ? 'refused' : 'failed';
  }
}

export const spanCells = (template: ChatTemplate): SpanCells =>
  Object.fromEntries(conversationKinds.map((kind) => [kind.name, spanCell(template, kind)]));

/** `[start, end]`, neighbours as one: transformers counts each block by itself. */
export function joined(spans: readonly Span[]): [number, number][] {
  const whole: [number, number][] = [];
  for (const { start, end } of spans) {
    const last = whole.at(-1);
    if (last?.[1] === start) last[1] = end;
    else whole.push([start, end]);
  }
  return whole;
}

/** A rendering's text with its spans in brackets, from the first user turn's text on. */
export function shownSpans(template: ChatTemplate, kind: string): string {
  const { conversation, options } = conversationKinds.find(({ name }) => name === kind)!;
  const { text, sources, generation } = template.render(conversation, options);
  const user = conversation.messages.findIndex(({ role }) => role === 'user');
  let at = sources.find(({ message }) => message === user)!.start;
  let shown = '';
  for (const { start, end, message } of generation) {
    shown += `${text.slice(at, start)}⟦${message}:${text.slice(start, end)}⟧`;
    at = end;
  }
  return shown + text.slice(at);
}
