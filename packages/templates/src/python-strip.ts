export const stripMethods = ['strip', 'lstrip', 'rstrip'] as const;

export type StripMethod = (typeof stripMethods)[number];

/**
 * What Python calls whitespace. JavaScript's `trim` takes U+FEFF off and leaves the separators U+001C to U+001F
 * and U+0085.
 */
const whitespace = new Set(
  '\t\n\v\f\r\x1c\x1d\x1e\x1f \x85\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a' +
    '\u2028\u2029\u202f\u205f\u3000',
);

/** Python's `str.strip(characters)` and its one-sided forms; whitespace without characters. */
export function pythonStrip(text: string, method: StripMethod, characters?: string): string {
  const set = characters === undefined ? whitespace : new Set(characters);
  let start = 0;
  let end = text.length;
  while (method !== 'rstrip' && start < end) {
    const point = String.fromCodePoint(text.codePointAt(start)!);
    if (!set.has(point)) break;
    start += point.length;
  }
  while (method !== 'lstrip' && end > start) {
    const last = text.slice(Math.max(start, end - 2), end);
    const point = [...last].at(-1)!;
    if (!set.has(point)) break;
    end -= point.length;
  }
  return text.slice(start, end);
}
