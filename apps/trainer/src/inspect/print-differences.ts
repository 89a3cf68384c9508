/** `inspect --diff`: what changes, token by token, from one template to another on the same data. */
import {
  type Comparison,
  compareExamples,
  describeComparison,
  formatCount,
  formatRefusals,
  type Refusal,
  RefusedExample,
} from '@sftkit/sft';
import { explain, type InspectedData, type Inspection, isShown, readInspected } from '@sftkit/sft/node';
import type { Terminal } from '../terminal.js';
import { UserError } from '../user-error.js';
import { visibleText } from '../visible-text.js';
import { formatComparison } from './format-comparison.js';
import { tokenText } from './token-text.js';

/** @throws {UserError} if there are not two templates, or the data is plain text */
export async function printDifferences(
  names: readonly string[],
  options: InspectedData & { readonly json?: boolean },
  { tokenizer, useTemplate }: Inspection,
  terminal: Terminal,
): Promise<void> {
  const [nameA, nameB] = names;
  if (nameA === undefined || nameB === undefined || names.length > 2) {
    throw new UserError(`--diff: expected two templates, got ${names.length}: ${names.join(' ')}`);
  }
  // Both before the first token: each may add control tokens.
  const [first, second] = [useTemplate(nameA), useTemplate(nameB)];
  const decodeToken = (id: number) => tokenizer.decodeToken(id);
  const totals = { examples: 0, alike: 0, removed: 0, added: 0, masked: 0 };
  const refused: Refusal[] = [];
  for await (const example of readInspected(options)) {
    if (example.kind === 'text') {
      throw new UserError(
        `${options.data}: expected conversations to compare templates on, found plain text, to which none is applied`,
      );
    }
    const a = explain(example, { tokenizer, template: first.template, mask: options.mask });
    const b = explain(example, { tokenizer, template: second.template, mask: options.mask });
    if (a instanceof RefusedExample || b instanceof RefusedExample) {
      refused.push(...[a, b].flatMap((side) => (side instanceof RefusedExample ? [side.refusal] : [])));
      continue;
    }
    const comparison = compareExamples(a, b);
    const { removed, added, masked } = comparison;
    totals.examples += 1;
    totals.alike += removed + added + masked === 0 ? 1 : 0;
    totals.removed += removed;
    totals.added += added;
    totals.masked += masked;
    if (options.json === true) {
      if (options.example !== undefined && options.example !== example.index) continue;
      const described = describeComparison(comparison, (side, at) => tokenText(side, at, decodeToken));
      terminal.out(`${JSON.stringify(described)}\n`);
    } else if (isShown(options, example.index)) {
      print(comparison, terminal, decodeToken);
    }
  }
  for (const line of formatRefusals(refused)) terminal.err(`note: ${line}\n`);
  if (options.json === true) return;
  const { paint } = terminal;
  const { examples, alike, removed, added, masked } = totals;
  const changes = [
    paint('red', `${formatCount(removed)} tokens go`),
    paint('green', `${formatCount(added)} come`),
    paint('yellow', `${formatCount(masked)} stay and are learnt under one only`),
  ];
  terminal.out(
    `${nameA} -> ${nameB}: ${formatCount(alike)} of ${formatCount(examples)} examples alike; ${changes.join(', ')}\n`,
  );
}

function print(comparison: Comparison, { out, paint }: Terminal, decodeToken: (id: number) => string): void {
  const { a, b } = comparison;
  const { file, line } = a.example.source;
  const tokens = `${a.inputIds.length} -> ${b.inputIds.length} tokens`;
  const supervised = `${a.supervisedTokens} -> ${b.supervisedTokens} supervised`;
  out(`${paint('bold', visibleText(`${file}:${line}`))}  ${tokens}, ${supervised}\n`);
  out(`${formatComparison(comparison, paint, decodeToken).trimEnd()}\n\n`);
}
