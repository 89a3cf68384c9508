/** One example as two templates write it, token by token. */
import { IGNORE_INDEX } from '@sftkit/masking';
import type { ExplainedExample } from '../examples/prepare-example.js';
import { type DiffToken, diffTokens, type TokenChange } from './diff-tokens.js';

export interface Comparison {
  readonly a: ExplainedExample;
  readonly b: ExplainedExample;
  /** Every token of both, in order. */
  readonly changes: readonly TokenChange[];
  /** Tokens only `a` has, only `b` has, and tokens of both that only one of them learns. */
  readonly removed: number;
  readonly added: number;
  readonly masked: number;
}

export function compareExamples(a: ExplainedExample, b: ExplainedExample): Comparison {
  const changes = diffTokens(tokensOf(a), tokensOf(b));
  const count = (wanted: TokenChange['kind']) => changes.filter(({ kind }) => kind === wanted).length;
  return { a, b, changes, removed: count('removed'), added: count('added'), masked: count('mask') };
}

function tokensOf({ inputIds, labels }: ExplainedExample): DiffToken[] {
  return Array.from(inputIds, (id, at) => ({ id, supervised: labels[at] !== IGNORE_INDEX }));
}

/** What `--diff --json` prints of an example: what is not in both alike. */
export function describeComparison(
  { a, b, changes }: Comparison,
  tokenText: (explained: ExplainedExample, at: number) => string,
) {
  const side = ({ inputIds, supervisedTokens }: ExplainedExample) => ({
    totalTokens: inputIds.length,
    supervisedTokens,
  });
  const described = changes
    .filter(({ kind }) => kind !== 'same')
    .map(({ kind, a: i, b: j }) => {
      const [explained, at] = j < 0 ? [a, i] : [b, j];
      return {
        kind,
        // Positions in the tokens of each, null where it is not there.
        a: i < 0 ? null : i,
        b: j < 0 ? null : j,
        id: explained.inputIds[at]!,
        text: tokenText(explained, at),
        // Under the template that has it; under the second where both do.
        supervised: explained.labels[at] !== IGNORE_INDEX,
      };
    });
  return { index: a.example.index, a: side(a), b: side(b), changes: described };
}
