/** For showing only: which characters of a rendering people, tools and the model said; the rest is the template's. */
import type { RenderedConversation, Span } from '@sftkit/templates';

/** @returns in order, not overlapping */
export function saidSpans({ generation, sources }: RenderedConversation): readonly Span[] {
  const spans = [
    ...generation.map(({ start, end }) => ({ start, end })),
    ...sources.filter(({ message }) => message >= 0),
  ].sort((a, b) => a.start - b.start);
  const said: { start: number; end: number }[] = [];
  for (const { start, end } of spans) {
    const last = said.at(-1);
    if (last && start <= last.end) last.end = Math.max(last.end, end);
    else said.push({ start, end });
  }
  return said;
}
