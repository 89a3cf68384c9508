/** The summary of a data set for a terminal. */
import {
  type DataSummary,
  type Finding,
  formatCount,
  formatNumberOf,
  formatRefusals,
  formatShare,
  type Histogram,
} from '@sftkit/sft';
import { formatFinding } from '../report/format-finding.js';
import type { Paint } from '../terminal.js';

export interface FormatSummaryOptions {
  readonly paint: Paint;
  /** Characters in a line. */
  readonly columns: number;
  /** T, where the user asked about one. */
  readonly length?: number | undefined;
  /** About the template, those that this data meets. */
  readonly findings: readonly Finding[];
}

/** Lines, each ended. */
export function formatSummary(
  summary: DataSummary,
  { paint, columns, length, findings }: FormatSummaryOptions,
): string {
  const { examples, tokens, supervisedTokens, straddlingTokens, unlearnableCharacters } = summary;
  const share = tokens === 0 ? 0 : supervisedTokens / tokens;
  const lines = [
    `${formatNumberOf(examples, 'example')}, ${formatCount(supervisedTokens)} of ${formatCount(tokens)} tokens supervised (${formatShare(share)})`,
    '',
    `Length in tokens: median ${formatCount(summary.median)}, longest ${formatCount(summary.longest)}`,
    ...formatHistogram(summary.lengths, { paint, columns, length }),
    '',
    ...formatDropped(summary, length, paint),
  ];
  if (straddlingTokens > 0) {
    lines.push(
      `${formatNumberOf(straddlingTokens, 'token')} straddling the border of an answer, decided by the first character`,
    );
  }
  if (unlearnableCharacters > 0) {
    lines.push(
      `${formatNumberOf(unlearnableCharacters, 'character')} of the assistant cannot be learnt: nothing stands before them`,
    );
  }
  lines.push(...findings.map((finding) => formatFinding(finding, paint)));
  return lines.map((line) => `${line}\n`).join('');
}

/** What training leaves out, and why. */
function formatDropped(
  { overlong, nothingSupervised, refused, examples }: DataSummary,
  length: number | undefined,
  paint: Paint,
): string[] {
  const reasons = [
    ...((overlong ?? 0) > 0 ? [`${formatCount(overlong!)} longer than ${formatCount(length!)} tokens`] : []),
    ...(nothingSupervised > 0 ? [`${formatCount(nothingSupervised)} with nothing to learn`] : []),
    ...formatRefusals(refused),
  ];
  const dropped = (overlong ?? 0) + nothingSupervised + refused.length;
  if (dropped === 0) {
    const room = length === undefined ? '' : ` in rows of ${formatCount(length)} tokens`;
    return [`Training keeps all examples${room}`];
  }
  return [
    `Training drops ${formatCount(dropped)} of ${formatNumberOf(examples, 'example')}:`,
    ...reasons.map((reason) => `  ${paint('yellow', reason)}`),
  ];
}

/** Eighths of a character, so that small differences show. */
const EIGHTHS = ['', '▏', '▎', '▍', '▌', '▋', '▊', '▉'];

function formatHistogram(
  bins: Histogram,
  {
    paint,
    columns,
    length = Number.POSITIVE_INFINITY,
  }: Pick<FormatSummaryOptions, 'paint' | 'columns' | 'length'>,
): string[] {
  const labels = bins.map(({ from, to }) => (from === to ? `${from}` : `${from}–${to}`));
  const labelWidth = Math.max(0, ...labels.map((label) => label.length));
  const most = Math.max(1, ...bins.map(({ count }) => count));
  const room = Math.max(10, Math.min(60, columns - labelWidth - 14));
  return bins.map(({ from, to, count }, at) => {
    const eighths = Math.max(count > 0 ? 1 : 0, Math.round((8 * room * count) / most));
    const bar = '█'.repeat(Math.floor(eighths / 8)) + EIGHTHS[eighths % 8]!;
    // What no row holds stands out; a bin that holds both is yellow.
    const colour = from > length ? 'red' : to > length ? 'yellow' : 'green';
    return `  ${labels[at]!.padStart(labelWidth)} ${bar === '' ? '' : `${paint(colour, bar)} `}${formatCount(count)}`;
  });
}
