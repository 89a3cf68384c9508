/**
 * What Python calls whitespace. JavaScript's `\s` and `trim` count U+FEFF in and leave out the separators U+001C to
 * U+001F and U+0085.
 */
const SPACES = new Set(
  '\t\n\v\f\r\x1c\x1d\x1e\x1f \x85\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u2028\u2029\u202f\u205f\u3000',
);

export const isSpace = (character: string): boolean => SPACES.has(character);

/** Offset of the first character at or after `from` that is no whitespace. */
export function skipSpace(text: string, from: number): number {
  let at = from;
  while (at < text.length && SPACES.has(text[at]!)) at += 1;
  return at;
}

/** Offset behind the last character before `to` that is no whitespace; at least `from`. */
export function skipSpaceBack(text: string, to: number, from = 0): number {
  let at = to;
  while (at > from && SPACES.has(text[at - 1]!)) at -= 1;
  return at;
}

/**
 * Where Python's `strip` and its one-sided forms cut.
 * @param characters to take off; whitespace when absent
 * @returns offsets of what is left
 */
export function strippedRange(
  text: string,
  side: 'both' | 'left' | 'right',
  characters?: string,
): readonly [start: number, end: number] {
  const set = characters === undefined ? SPACES : new Set(characters);
  let start = 0;
  let end = text.length;
  while (side !== 'right' && start < end) {
    const point = String.fromCodePoint(text.codePointAt(start)!);
    if (!set.has(point)) break;
    start += point.length;
  }
  while (side !== 'left' && end > start) {
    const isPair =
      end - start > 1 && /[\udc00-\udfff]/.test(text[end - 1]!) && /[\ud800-\udbff]/.test(text[end - 2]!);
    const point = text.slice(end - (isPair ? 2 : 1), end);
    if (!set.has(point)) break;
    end -= point.length;
  }
  return [start, end];
}
