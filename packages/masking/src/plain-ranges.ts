/**
 * Where control tokens are only text: inside what people and tools said. A user who types `<|im_end|>` must not end the
 * turn. A rendering knows of each character who said it, so a control token is read only where the template wrote it.
 */
import type { RenderedConversation, Span } from '@sftkit/templates';

/**
 * @param controlTokens `Tokenizer.controlTokens`
 * @returns ranges of the text where control tokens are not to be read, in order, not overlapping
 */
export function plainRanges(
  { text, sources }: Pick<RenderedConversation, 'text' | 'sources'>,
  controlTokens: readonly string[],
): Span[] {
  const pattern = patternOf(controlTokens);
  if (pattern === undefined || sources.length === 0) return [];
  const ranges: { start: number; end: number }[] = [];
  let next = 0;
  pattern.lastIndex = 0;
  for (let match = pattern.exec(text); match; match = pattern.exec(text)) {
    const start = match.index;
    const end = start + match[0].length;
    while (next < sources.length && sources[next]!.end <= start) next += 1;
    for (let at = next; at < sources.length && sources[at]!.start < end; at++) {
      const said = { start: Math.max(start, sources[at]!.start), end: Math.min(end, sources[at]!.end) };
      const last = ranges.at(-1);
      if (last && last.end >= said.start) last.end = Math.max(last.end, said.end);
      else ranges.push(said);
      // What begins inside of it may be the template's own token.
      pattern.lastIndex = start + 1;
    }
  }
  return ranges;
}

const patterns = new WeakMap<readonly string[], RegExp>();

/** The longest of the tokens at a place; undefined where there is none at all. */
function patternOf(tokens: readonly string[]): RegExp | undefined {
  if (tokens.length === 0) return undefined;
  let pattern = patterns.get(tokens);
  if (pattern === undefined) {
    const escaped = tokens
      .toSorted((a, b) => b.length - a.length)
      .map((token) => token.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&'));
    pattern = new RegExp(escaped.join('|'), 'gu');
    patterns.set(tokens, pattern);
  }
  return pattern;
}
