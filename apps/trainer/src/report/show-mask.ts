/** An example in colour: what is learnt stands out, headers are dim, control tokens are visible. */
import { IGNORE_INDEX, tokenRoles } from '@sftkit/masking';
import type { ExplainedExample } from '../prepare/prepare-example.js';
import type { Paint } from '../terminal.js';

/** @param plain marks for terminals without colours: what is learnt stands between them */
export function showMask(
  { rendered, encoding, labels }: ExplainedExample,
  paint: Paint,
  { colours, decodeToken }: { readonly colours: boolean; readonly decodeToken: (id: number) => string },
): string {
  const { text } = rendered;
  const roles = tokenRoles(rendered, encoding);
  let shown = '';
  let at = 0;
  let wasSupervised = false;
  for (const [token, start] of encoding.starts.entries()) {
    const end = encoding.ends[token]!;
    const isSupervised = labels[token] !== IGNORE_INDEX;
    if (!colours && isSupervised !== wasSupervised) shown += isSupervised ? '[' : ']';
    wasSupervised = isSupervised;
    // Pieces of one character share its range: the character is shown once.
    const piece = end > start ? text.slice(Math.max(at, start), end) : decodeToken(encoding.ids[token]!);
    at = Math.max(at, end);
    const special = encoding.special[token] === 1;
    if (isSupervised)
      shown += paintLines(piece, (line) => paint('green', special ? paint('bold', line) : line));
    else if (special) shown += paint('cyan', piece);
    else shown += paintLines(piece, (line) => (roles[token] === null ? paint('dim', line) : line));
  }
  return `${shown}${!colours && wasSupervised ? ']' : ''}`;
}

/** Colours end before a line does, so that no terminal paints the rest of it. */
function paintLines(text: string, paintLine: (line: string) => string): string {
  return text
    .split('\n')
    .map((line) => (line === '' ? '' : paintLine(line)))
    .join('\n');
}
