/** The examples of a file, one by one, as the loss will see them, for every way of showing them. */
import type { Columns, Example, Form } from '@sftkit/data';
import type { MaskPolicy } from '@sftkit/masking';
import type { LoadedTemplate } from '../prepare/load-template.js';
import { type ExplainedExample, explainExample, type PrepareOptions } from '../prepare/prepare-example.js';
import { readFile } from '../prepare/read-data.js';
import { RefusedExample } from '../prepare/refusal.js';
import { UserError } from '../user-error.js';
import type { Finding } from '../verify/finding.js';
import { relevantFindings, templateFindings } from '../verify/verify-base.js';
import type { Inspection } from './open-inspection.js';

export interface InspectedData {
  readonly data: string;
  readonly form?: Form;
  readonly columns?: Columns;
  readonly template: string;
  readonly mask: MaskPolicy;
  /** T, where the user asks about one. */
  readonly length?: number;
  /** Read no more than so many. */
  readonly limit?: number;
  /** Show this one alone, counted from 0. */
  readonly example?: number;
}

export interface InspectedExample {
  readonly explained: ExplainedExample | RefusedExample;
  /** Undefined for plain text. */
  readonly template: LoadedTemplate | undefined;
  /** About the template, those that this example meets. */
  readonly findings: readonly Finding[];
}

/** @throws {UserError} at an example that is wrong, and at the end if `example` was not among them */
export async function* inspectExamples(
  options: InspectedData,
  { tokenizer, useTemplate }: Inspection,
): AsyncGenerator<InspectedExample> {
  let template: LoadedTemplate | undefined;
  let findings: readonly Finding[] = [];
  for await (const example of readInspected(options)) {
    // Plain text needs no template, and a base may have none.
    if (example.kind === 'conversation' && template === undefined) {
      template = useTemplate(options.template);
      findings = templateFindings(template.template, tokenizer);
    }
    const prepare = { tokenizer, template: template?.template, mask: options.mask };
    yield { template, explained: explain(example, prepare), findings: relevantFindings(findings, [example]) };
  }
}

/** The examples themselves. @throws {UserError} as `inspectExamples` */
export async function* readInspected({
  data,
  form,
  columns,
  limit,
  example,
}: InspectedData): AsyncGenerator<Example> {
  let count = 0;
  for await (const read of readFile(data, { form, limit, ...(columns === undefined ? {} : { columns }) })) {
    count += 1;
    yield read;
  }
  if (example !== undefined && example >= count) {
    throw new UserError(`--example: expected at most ${count - 1}, since ${count} were read, got ${example}`);
  }
}

export function explain(example: Example, options: PrepareOptions): ExplainedExample | RefusedExample {
  try {
    return explainExample(example, options);
  } catch (error) {
    if (error instanceof RefusedExample) return error;
    throw error;
  }
}

/** Examples shown on a terminal where nobody says which: enough to see how they look, the summary in sight. */
export const SHOWN = 3;

export function isShown({ example, limit }: InspectedData, index: number): boolean {
  return example === undefined ? limit !== undefined || index < SHOWN : example === index;
}
