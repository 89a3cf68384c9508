import { SftError } from '../sft-error.js';

/** `error`: what is learnt or generated would be wrong. `warning`: look at it. `note`: worth knowing. */
export type Grade = 'error' | 'warning' | 'note';

/** Something that a check found about a template, a tokenizer or a model directory. */
export interface Finding {
  readonly grade: Grade;
  /** Kebab-case, for programs. */
  readonly name: string;
  readonly problem: string;
  /** The kind of conversation that it is about; any when absent. */
  readonly when?: string | undefined;
  /** What to do; absent where there is nothing to do. */
  readonly remedy?: string | undefined;
}

/** @throws {SftError} naming the first finding of grade error, and how many more there are */
export function checkFindings(findings: readonly Finding[]): void {
  const [first, ...rest] = findings.filter(({ grade }) => grade === 'error');
  if (first === undefined) return;
  const { name, problem, remedy } = first;
  const more = rest.length === 0 ? '' : ` (and ${rest.map((finding) => finding.name).join(', ')})`;
  throw new SftError(
    `not started: ${name}: ${problem}${remedy === undefined ? '' : `; ${remedy}`}${more}; sftkit doctor --model DIR says more`,
  );
}
