/**
 * Where the tags of a Jinja source stand. @huggingface/jinja's lexer keeps no positions; this small scan
 * follows the same rules for comments and string literals, so its n-th tag is the lexer's n-th tag.
 */
export interface Tag {
  readonly open: '{%' | '{{' | '{#';
  /** UTF-16 offsets into the source, delimiters included. */
  readonly start: number;
  readonly end: number;
  /** False where the source ends inside the tag. */
  readonly closed: boolean;
  /** First word of a statement, such as `if`; empty for others. */
  readonly word: string;
}

const close = { '{%': '%}', '{{': '}}', '{#': '#}' } as const;

/** The tags of a source, in order. */
export function scanTags(source: string): Tag[] {
  const tags: Tag[] = [];
  const opening = /\{[%{#]/g;
  for (let match = opening.exec(source); match; match = opening.exec(source)) {
    const open = match[0] as Tag['open'];
    const start = match.index;
    const end = open === '{#' ? source.indexOf('#}', start + 2) : endOfCode(source, start + 2, close[open]);
    const closed = end !== -1;
    const stop = closed ? end + 2 : source.length;
    const word = open === '{%' ? (/^\{%-?\s*(\w+)/.exec(source.slice(start, stop))?.[1] ?? '') : '';
    tags.push({ open, start, end: stop, closed, word });
    opening.lastIndex = stop;
  }
  return tags;
}

/** Offset of the delimiter that ends a tag, skipping string literals and, in expressions, braces; or -1. */
function endOfCode(source: string, from: number, delimiter: '%}' | '}}'): number {
  let depth = 0;
  for (let at = from; at < source.length; at += 1) {
    const character = source[at];
    if (character === '"' || character === "'") {
      at = endOfString(source, at) - 1;
    } else if (depth === 0 && source.startsWith(delimiter, at)) {
      return at;
    } else if (delimiter === '}}' && character === '{') {
      depth += 1;
    } else if (delimiter === '}}' && character === '}') {
      depth -= 1;
    }
  }
  return -1;
}

/** Offset after the string literal that starts at `at`; the source's length where it never ends. */
export function endOfString(source: string, at: number): number {
  const quote = source[at];
  let end = at + 1;
  while (end < source.length && source[end] !== quote) end += source[end] === '\\' ? 2 : 1;
  return Math.min(end + 1, source.length);
}
