/** A place in a template's source, as people count: lines and columns start at 1. */
export interface SourcePosition {
  readonly line: number;
  /** In UTF-16 code units. */
  readonly column: number;
  /** The line with a caret below the place, two lines of text. */
  readonly excerpt: string;
}

/** Characters shown on each side of the caret: many templates are one line of thousands of characters. */
const reach = 50;

/** Line, column and caret excerpt of a UTF-16 offset into a template's source. */
export function sourcePosition(source: string, offset: number): SourcePosition {
  const at = Math.max(0, Math.min(offset, source.length));
  const lineStart = source.lastIndexOf('\n', at - 1) + 1;
  const nextBreak = source.indexOf('\n', at);
  const lineEnd = nextBreak === -1 ? source.length : nextBreak;
  const line = source.slice(0, lineStart).split('\n').length;
  const from = Math.max(lineStart, at - reach);
  const to = Math.min(lineEnd, at + reach);
  const before = `${from > lineStart ? '…' : ''}${source.slice(from, at)}`.replaceAll('\t', ' ');
  const after = `${source.slice(at, to)}${to < lineEnd ? '…' : ''}`;
  const gutter = `${line} | `;
  return {
    line,
    column: at - lineStart + 1,
    excerpt: `${gutter}${before}${after}\n${' '.repeat(gutter.length + before.length)}^`,
  };
}
