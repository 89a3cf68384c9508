import { stringifyJson } from './stringify-json.js';

/** A string, or what stands between strings. Written so that a search goes back to escapes, not to each character. */
const PIECE = /"[^"\\]*(?:\\.[^"\\]*)*"|[[\]{},:]|[^"[\]{},:]+/gs;

/**
 * The text of a JSON object with another value in one of its fields. Everything else stays as it is written, so that a
 * large file changes only where it must.
 * @param text as `parseJson` reads it: an object at the top
 */
export function withField(text: string, key: string, value: unknown): string {
  // A file that is written over several lines is indented by what stands before its first key.
  const margin = /^\s*\{\r?\n([ \t]*)"/.exec(text)?.[1];
  const written =
    margin === undefined
      ? stringifyJson(value)
      : stringifyJson(value, { indent: margin.length }).replaceAll('\n', `\n${margin}`);
  const found = fieldValue(text, key);
  if (found !== undefined) return text.slice(0, found.start) + written + text.slice(found.end);
  const end = text.lastIndexOf('}');
  const before = text.slice(0, end).trimEnd();
  const comma = before.endsWith('{') ? '' : ',';
  const name = JSON.stringify(key);
  if (margin === undefined) return `${before}${comma}${name}:${written}${text.slice(end)}`;
  return `${before}${comma}\n${margin}${name}: ${written}\n${text.slice(end)}`;
}

/** Where the value of a field at the top stands; of one that stands twice, the last. */
function fieldValue(text: string, key: string): { readonly start: number; readonly end: number } | undefined {
  let depth = 0;
  let isKey = false;
  let isWanted = false;
  let start = -1;
  let found: { readonly start: number; readonly end: number } | undefined;
  PIECE.lastIndex = 0;
  for (let match = PIECE.exec(text); match !== null; match = PIECE.exec(text)) {
    const [piece] = match;
    if (depth === 1 && start >= 0 && (piece === ',' || piece === '}')) {
      found = { start, end: start + text.slice(start, match.index).trimEnd().length };
      start = -1;
    }
    if (piece === '{' || piece === '[') {
      depth += 1;
      isKey ||= depth === 1;
    } else if (piece === '}' || piece === ']') depth -= 1;
    else if (depth === 1 && piece === ',') isKey = true;
    else if (depth === 1 && isKey && piece.startsWith('"')) {
      isWanted = JSON.parse(piece) === key;
      isKey = false;
    } else if (depth === 1 && isWanted && piece === ':') {
      const at = match.index + 1;
      start = at + (/^\s*/.exec(text.slice(at, at + 100))?.[0].length ?? 0);
      isWanted = false;
    }
  }
  return found;
}
