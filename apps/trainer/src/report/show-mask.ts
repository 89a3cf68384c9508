/** An example in colour: what is learnt stands out, headers are dim, control tokens and weights are visible. */

import { IGNORE_INDEX } from '@sftkit/masking';
import { type ExplainedExample, saidSpans } from '@sftkit/sft';
import type { Paint } from '../terminal.js';
import { visibleText } from '../visible-text.js';
import { paintLines } from './paint-lines.js';

/** @param plain marks for terminals without colours: what is learnt stands between them */
export function showMask(
  { example, rendered, encoding, labels, weights }: ExplainedExample,
  paint: Paint,
  { colours, decodeToken }: { readonly colours: boolean; readonly decodeToken: (id: number) => string },
): string {
  const { text } = rendered;
  const said = new Uint8Array(text.length + 1);
  if (example.kind === 'conversation') {
    for (const { start, end } of saidSpans(rendered)) said.fill(1, start, end);
  }
  let shown = '';
  let at = 0;
  let wasSupervised = false;
  let weight = 1;
  for (const [token, start] of encoding.starts.entries()) {
    const end = encoding.ends[token]!;
    const isSupervised = labels[token] !== IGNORE_INDEX;
    if (!colours && isSupervised !== wasSupervised) shown += isSupervised ? '[' : ']';
    if (isSupervised && weights[token] !== (wasSupervised ? weight : 1)) {
      shown += paint('yellow', `×${formatWeight(weights[token]!)} `);
    }
    wasSupervised = isSupervised;
    weight = weights[token]!;
    // Pieces of one character share its range: the character is shown once.
    const piece = visibleText(
      end > start ? text.slice(Math.max(at, start), end) : decodeToken(encoding.ids[token]!),
    );
    at = Math.max(at, end);
    const special = encoding.special[token] === 1;
    if (isSupervised)
      shown += paintLines(piece, (line) => paint('green', special ? paint('bold', line) : line));
    else if (special) shown += paint('cyan', piece);
    else shown += paintLines(piece, (line) => (said[start] === 1 ? line : paint('dim', line)));
  }
  return `${shown}${!colours && wasSupervised ? ']' : ''}`;
}

/** Weights are float32: 0.1 is to be shown as 0.1. */
function formatWeight(weight: number): string {
  return String(Number(weight.toPrecision(6)));
}
