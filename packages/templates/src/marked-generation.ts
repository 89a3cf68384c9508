/** What the assistant wrote, of a template that says so itself with `{% generation %}` blocks. */
import { TemplateSpanError } from './errors.js';
import { leftOut, leftOutOnPurpose } from './left-out.js';
import { overlapping } from './ordered-spans.js';
import type { Trace } from './trace-template.js';
import type { GenerationSpan, Message, RenderFinding, SourceSpan } from './types.js';

/**
 * What the blocks say, without what others said inside of them. What is generated after the loop (an end of sequence)
 * belongs to the message before it.
 * @throws {TemplateSpanError} on a block that belongs to no message, and on a call that is in no block
 */
export function markedGeneration(
  { turns, generation, sources }: Trace,
  messages: readonly Message[],
  template: string,
): { readonly spans: readonly GenerationSpan[]; readonly findings: readonly RenderFinding[] } {
  const spans = generation.flatMap((span) => {
    if (span.message >= 0) return withoutOthers(span, sources);
    const message = turns.findLast(({ start }) => start < span.start)?.message;
    if (message === undefined) {
      throw new TemplateSpanError(
        'spans: expected each generation block after or inside a loop over messages, got one before any; ' +
          'move it into the loop',
        { template },
      );
    }
    return withoutOthers({ ...span, message }, sources);
  });
  const hasCalls = messages.some(({ tool_calls: calls }) => calls !== undefined);
  return { spans, findings: hasCalls ? checkCalls(spans, sources, messages, template) : [] };
}

function checkCalls(
  spans: readonly GenerationSpan[],
  sources: readonly SourceSpan[],
  messages: readonly Message[],
  template: string,
): RenderFinding[] {
  const findings: RenderFinding[] = [];
  const written = new Map<number, SourceSpan[]>();
  for (const { message, start, end } of spans) {
    const inside = overlapping(sources, start, end).filter(
      (source) => source.message === message && start <= source.start && source.end <= end,
    );
    written.set(message, [...(written.get(message) ?? []), ...inside]);
  }
  for (const [messageIndex, message] of messages.entries()) {
    const own = written.get(messageIndex);
    if (own === undefined || message.role !== 'assistant' || message.tool_calls === undefined) continue;
    const missing = leftOut(message, own);
    if (missing !== undefined) {
      throw new TemplateSpanError(
        `spans: expected ${missing}, got a template that leaves it out; choose a template that writes it`,
        { template, messageIndex },
      );
    }
    const purpose = leftOutOnPurpose(message, own);
    if (purpose !== undefined) findings.push({ kind: 'left-out', message: messageIndex, problem: purpose });
  }
  return findings;
}

/** A span cut where another message's text stands in it. */
function withoutOthers(
  span: GenerationSpan,
  sources: readonly SourceSpan[],
): GenerationSpan | GenerationSpan[] {
  const others = overlapping(sources, span.start, span.end).filter(
    ({ message }) => message >= 0 && message !== span.message,
  );
  if (others.length === 0) return span;
  const cut = (start: number, end: number): GenerationSpan[] => {
    if (start >= end) return [];
    const parts = span.parts
      ?.map((part) => ({ ...part, start: Math.max(start, part.start), end: Math.min(end, part.end) }))
      .filter((part) => part.start < part.end);
    return [{ ...span, start, end, ...(parts ? { parts } : {}) }];
  };
  let from = span.start;
  const pieces = others.flatMap((other) => {
    const piece = cut(from, other.start);
    from = Math.max(from, other.end);
    return piece;
  });
  return [...pieces, ...cut(from, span.end)];
}
