/** What the loss will see of a whole data set, in numbers and in a sentence. */
import type { DropReason, FittedExamples, OverlongPolicy } from './fit-examples.js';
import type { Row } from './pack-rows.js';
import type { MaskPolicy } from './supervision-options.js';
import type { MaskedExample } from './types.js';

export interface MaskReport {
  readonly policy: MaskPolicy;
  readonly overlong: OverlongPolicy;
  /** Examples that were given. */
  readonly examples: number;
  readonly kept: number;
  readonly dropped: Readonly<Record<DropReason, number>>;
  readonly truncated: number;
  /** Tokens of the kept examples. */
  readonly tokens: number;
  readonly supervisedTokens: number;
  /** supervisedTokens / tokens; 0 when there are none. */
  readonly supervisedShare: number;
  /** Of the kept examples, as they were before truncation. */
  readonly straddlingTokens: number;
  readonly rows: number;
  /** T, tokens in a row. */
  readonly length: number;
  /** tokens / (rows * length); 0 when there are none. */
  readonly packingEfficiency: number;
}

export interface SummarizeOptions {
  readonly policy: MaskPolicy;
  readonly overlong: OverlongPolicy;
  readonly length: number;
}

/** @param rows `packRows(fitted.kept, …)` */
export function summarize(
  fitted: FittedExamples<MaskedExample & { readonly straddlingTokens?: number }>,
  rows: readonly Row[],
  { policy, overlong, length }: SummarizeOptions,
): MaskReport {
  const { kept, truncated } = fitted;
  const dropped: Record<DropReason, number> = { overlong: 0, 'nothing-supervised': 0, 'answer-cut-away': 0 };
  for (const { reason } of fitted.dropped) dropped[reason] += 1;
  let tokens = 0;
  let supervisedTokens = 0;
  let straddlingTokens = 0;
  for (const example of kept) {
    tokens += example.inputIds.length;
    supervisedTokens += example.supervisedTokens;
    straddlingTokens += example.straddlingTokens ?? 0;
  }
  return {
    policy,
    overlong,
    examples: kept.length + fitted.dropped.length,
    kept: kept.length,
    dropped,
    truncated: truncated.length,
    tokens,
    supervisedTokens,
    supervisedShare: ratio(supervisedTokens, tokens),
    straddlingTokens,
    rows: rows.length,
    length,
    packingEfficiency: ratio(tokens, rows.length * length),
  };
}

const REASONS: Readonly<Record<DropReason, string>> = {
  overlong: 'longer than a row',
  'nothing-supervised': 'with nothing to learn',
  'answer-cut-away': 'with the answer cut away',
};

/** The report as one paragraph of plain text. */
export function formatReport(report: MaskReport): string {
  const { dropped } = report;
  const reasons = (Object.keys(REASONS) as DropReason[])
    .filter((reason) => dropped[reason] > 0)
    .map((reason) => `${number(dropped[reason])} ${REASONS[reason]}`);
  const droppedTotal = report.examples - report.kept;
  return [
    `Policy ${report.policy}: ${number(report.kept)} of ${number(report.examples)} examples kept,`,
    `${number(droppedTotal)} dropped${reasons.length > 0 ? ` (${reasons.join(', ')})` : ''},`,
    `${number(report.truncated)} truncated.`,
    `${number(report.supervisedTokens)} of ${number(report.tokens)} tokens supervised`,
    `(${percent(report.supervisedShare)}), ${number(report.straddlingTokens)} straddling a border.`,
    `Rows of ${number(report.length)} tokens: ${number(report.rows)}, ${percent(report.packingEfficiency)} full.`,
  ].join(' ');
}

function ratio(part: number, whole: number): number {
  return whole === 0 ? 0 : part / whole;
}

function number(value: number): string {
  return value.toLocaleString('en-US');
}

function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}
