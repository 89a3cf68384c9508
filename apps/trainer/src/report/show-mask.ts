/** An example in colour: what is learnt stands out, headers are dim, control tokens and weights are visible. */

import { maskedPieces } from '@sftkit/masking';
import { type ExplainedExample, saidSpans } from '@sftkit/sft';
import type { Paint } from '../terminal.js';
import { visibleText } from '../visible-text.js';
import { paintLines } from './paint-lines.js';

/** @param plain marks for terminals without colours: what is learnt stands between them */
export function showMask(
  explained: ExplainedExample,
  paint: Paint,
  { colours, decodeToken }: { readonly colours: boolean; readonly decodeToken: (id: number) => string },
): string {
  const { example, rendered } = explained;
  const said = new Uint8Array(rendered.text.length + 1);
  if (example.kind === 'conversation') {
    for (const { start, end } of saidSpans(rendered)) said.fill(1, start, end);
  }
  let shown = '';
  let wasSupervised = false;
  let before = 1;
  for (const { text, start, isSupervised, weight, isSpecial } of maskedPieces(explained, decodeToken)) {
    if (!colours && isSupervised !== wasSupervised) shown += isSupervised ? '[' : ']';
    if (isSupervised && weight !== (wasSupervised ? before : 1)) {
      shown += paint('yellow', `×${formatWeight(weight)} `);
    }
    wasSupervised = isSupervised;
    before = weight;
    const piece = visibleText(text);
    if (isSupervised) {
      shown += paintLines(piece, (line) => paint('green', isSpecial ? paint('bold', line) : line));
    } else if (isSpecial) shown += paint('cyan', piece);
    else shown += paintLines(piece, (line) => (said[start] === 1 ? line : paint('dim', line)));
  }
  return `${shown}${!colours && wasSupervised ? ']' : ''}`;
}

/** Weights are float32: 0.1 is to be shown as 0.1. */
function formatWeight(weight: number): string {
  return String(Number(weight.toPrecision(6)));
}
