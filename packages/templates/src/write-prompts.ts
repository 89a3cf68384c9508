import type { RenderedConversation, Span } from './types.js';

/** Writes what prompts hold and turns lack in front of the answers: by nobody, and never learnt. @param rests by message */
export function writePrompts(
  rendered: RenderedConversation,
  rests: ReadonlyMap<number, string>,
): RenderedConversation {
  const places = rendered.generation.flatMap(({ message, start }, index) => {
    const isFirst = rendered.generation[index - 1]?.message !== message;
    const rest = isFirst ? rests.get(message) : undefined;
    return rest === undefined ? [] : [{ at: start, rest }];
  });
  if (places.length === 0) return rendered;
  let text = '';
  let copied = 0;
  for (const { at, rest } of places) {
    text += rendered.text.slice(copied, at) + rest;
    copied = at;
  }
  text += rendered.text.slice(copied);
  // What begins at a place moves behind what is written there; what ends there stays before it.
  const moved = (offset: number, begins: boolean): number =>
    places.reduce(
      (sum, { at, rest }) => (at < offset || (begins && at === offset) ? sum + rest.length : sum),
      offset,
    );
  const move = <T extends Span>(span: T): T => ({
    ...span,
    start: moved(span.start, true),
    end: moved(span.end, false),
  });
  const written = new Set([...rests.keys()]);
  return {
    text,
    messages: rendered.messages.map((span) => ({ ...move(span), start: moved(span.start, false) })),
    generation: rendered.generation.map((span) => ({
      ...move(span),
      ...(span.parts ? { parts: span.parts.map(move) } : {}),
    })),
    sources: rendered.sources.map(move),
    findings: rendered.findings.filter(({ kind, message }) => !(kind === 'prompt' && written.has(message))),
  };
}
