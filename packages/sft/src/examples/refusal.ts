/** An example whose mask cannot be exact is refused, counted and reported; the run goes on without it. */
import type { Source } from '@sftkit/data';
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

/** Why an example is left out, and where it stands. */
export interface Refusal {
  readonly reason: RefusalReason;
  /** What is wrong, without the place. */
  readonly detail: string;
  readonly source: Source;
}

/** Thrown for one example; data, template and tokenizer may be right for all others. */
export class RefusedExample extends SftError {
  readonly refusal: Refusal;

  constructor(refusal: Refusal, cause?: unknown) {
    super(messageOf(refusal), { cause });
    this.refusal = refusal;
  }
}

function messageOf({ source: { file, line }, detail }: Refusal): string {
  return `${file}:${line}: ${detail}`;
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
  refused: readonly Pick<Refusal, 'reason'>[],
): Partial<Record<RefusalReason, number>> {
  const counts: Partial<Record<RefusalReason, number>> = {};
  for (const { reason } of refused) counts[reason] = (counts[reason] ?? 0) + 1;
  return counts;
}

/** One line for each reason, with the first example of it; none where nothing was refused. */
export function formatRefusals(refused: readonly Refusal[]): string[] {
  return Object.entries(countRefusals(refused)).map(([reason, count]) => {
    const first = refused.find((refusal) => refusal.reason === reason)!;
    return `${formatNumberOf(count, 'example')} refused, ${REASONS[reason as RefusalReason]}; the first is ${messageOf(first)}`;
  });
}
