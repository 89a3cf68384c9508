/**
 * Control tokens as templates spell them. Nobody's text is searched for them: only what a template wrote itself is
 * looked at, and a tokenizer has the last word on what is one token.
 */

/** `<|im_end|>`, `</s>`, `<｜end▁of▁sentence｜>`, `[/INST]`, `[|endofturn|]`, `[e~[`, `]~b]`. */
const CONTROL_TOKEN = /<[^<>\s]{1,64}>|\[\/?[A-Z][A-Z_]*\]|\[\|[^[\]\s]{1,64}\|\]|\[e~\[|\]~!?b[[\]]/g;

/** Where control tokens stand in what a template wrote. */
export function controlTokens(written: string): { readonly start: number; readonly end: number }[] {
  const found: { readonly start: number; readonly end: number }[] = [];
  CONTROL_TOKEN.lastIndex = 0;
  for (let match = CONTROL_TOKEN.exec(written); match; match = CONTROL_TOKEN.exec(written))
    found.push({ start: match.index, end: CONTROL_TOKEN.lastIndex });
  return found;
}

/** The first control token, or neighbours without a gap; undefined where there is none. */
export function firstControlGroup(
  written: string,
): { readonly start: number; readonly end: number } | undefined {
  const [first, ...others] = controlTokens(written);
  if (!first) return undefined;
  let { end } = first;
  for (const other of others) {
    if (other.start !== end) break;
    end = other.end;
  }
  return { start: first.start, end };
}

/** What two texts have in common that differ in numbers alone: a template may count calls. */
export function withoutNumbers(written: string): string {
  return written.replace(/\d+/g, '0');
}

/** What a tokenizer does not cut: control tokens and words; all else character by character. */
const UNIT = new RegExp(`${CONTROL_TOKEN.source}|[\\p{L}\\p{N}_]+|[^]`, 'gu');

/** How far two texts agree, in whole units: a control token or a word is shared whole or not at all. */
export function sharedLength(first: string, second: string): number {
  let same = 0;
  const most = Math.min(first.length, second.length);
  while (same < most && first.charCodeAt(same) === second.charCodeAt(same)) same += 1;
  if (same === first.length && same === second.length) return same;
  const cut = (text: string): number => {
    // A unit begins well before its end: looking at the last stretch is enough.
    const from = Math.max(0, same - 200);
    for (const { 0: unit, index } of text.slice(from, same + 200).matchAll(UNIT)) {
      const start = from + index;
      if (start < same && start + unit.length > same) return start;
      if (start >= same) break;
    }
    return same;
  };
  return Math.min(cut(first), cut(second));
}
