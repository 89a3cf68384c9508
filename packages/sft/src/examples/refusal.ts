/** An example whose mask cannot be exact is refused, counted and reported; the run goes on without it. */
import type { Example } from '@sftkit/data';
import { MaskError, type MaskFindingKind, MaskingError } from '@sftkit/masking';
import { TemplateSpanError } from '@sftkit/templates';
import { formatNumberOf } from '../format-quantity.js';
import { SftError } from '../sft-error.js';

/**
 * - `spans`: who wrote which character cannot be told from the template;
 * - `mask`: a turn that is to be learnt is not in the rendering, or the tokenizer lacks a control token;
 * - the others: what the proof of the finished mask found.
 */
export type RefusalReason = 'spans' | 'mask' | MaskFindingKind;

/** Thrown for one example; data, template and tokenizer may be right for all others. */
export class RefusedExample extends SftError {
  readonly reason: RefusalReason;
  /** What is wrong, without the place. */
  readonly detail: string;
  readonly example: Example;

  constructor(example: Example, reason: RefusalReason, detail: string, cause?: unknown) {
    super(`${example.source.file}:${example.source.line}: ${detail}`, { cause });
    this.reason = reason;
    this.detail = detail;
    this.example = example;
  }
}

/** Why an error refuses one example; undefined for errors that stop everything. */
export function refusalReason(error: unknown): RefusalReason | undefined {
  if (error instanceof TemplateSpanError) return 'spans';
  if (error instanceof MaskError) return error.finding.kind;
  return error instanceof MaskingError ? 'mask' : undefined;
}

const REASONS: Readonly<Record<RefusalReason, string>> = {
  spans: 'where the template does not tell exactly what the assistant wrote',
  mask: 'where a turn cannot be masked exactly',
  label: 'whose labels contradict their tokens',
  outside: "where a learnt token reaches outside the assistant's text",
  uncovered: "where no token can teach part of the assistant's text",
  decoded: 'whose learnt tokens decode to another text',
  foreign: 'where what somebody else says would be learnt',
  prompt: 'where the end of the prompt would be learnt',
  end: 'where the end of a turn would not be learnt',
};

/** How many of which reason. */
export function countRefusals(
  refused: readonly { readonly reason: RefusalReason }[],
): Partial<Record<RefusalReason, number>> {
  const counts: Partial<Record<RefusalReason, number>> = {};
  for (const { reason } of refused) counts[reason] = (counts[reason] ?? 0) + 1;
  return counts;
}

/** One line for each reason, with the first example of it; none where nothing was refused. */
export function formatRefusals(refused: readonly RefusedExample[]): string[] {
  return Object.entries(countRefusals(refused)).map(([reason, count]) => {
    const first = refused.find((refusal) => refusal.reason === reason)!;
    return `${formatNumberOf(count, 'example')} refused, ${REASONS[reason as RefusalReason]}; the first is ${first.message}`;
  });
}
