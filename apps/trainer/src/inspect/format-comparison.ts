/**
 * A comparison for a terminal: both texts in one, with what only one of them has in colour, and what is learnt
 * underlined. Without colours as wdiff writes: `[-only the first-]`, `{+only the second+}`, and
 * `<~learnt by one only~>`.
 */

import { IGNORE_INDEX } from '@sftkit/masking';
import type { Comparison, ExplainedExample, TokenChange } from '@sftkit/sft';
import { paintLines } from '../report/paint-lines.js';
import type { Colour, Paint } from '../terminal.js';
import { visibleText } from '../visible-text.js';

/** Tokens left standing on each side of a long stretch without a change. */
const CONTEXT = 8;

export function formatComparison(
  { a, b, changes }: Comparison,
  paint: Paint,
  decodeToken: (id: number) => string,
): string {
  const sides = { a: pieces(a, decodeToken), b: pieces(b, decodeToken) };
  const colours = paint('green', 'x') !== 'x';
  const show = (run: readonly TokenChange[], colour: Colour): string =>
    run
      .map(({ a: i, b: j, kind }) => {
        const [explained, texts, at] = j < 0 ? [a, sides.a, i] : [b, sides.b, j];
        // A line end that comes or goes would not be seen.
        const text = kind === 'same' ? texts[at]! : texts[at]!.replaceAll('\n', '↵\n');
        const learnt = explained.labels[at] !== IGNORE_INDEX;
        return paintLines(text, (line) => paint(colour, learnt ? paint('underline', line) : line));
      })
      .join('');
  return runsOf(changes)
    .map((run, index, all) => {
      const { kind } = run[0]!;
      if (kind !== 'same') {
        const [open, close] = colours ? ['', ''] : MARKS[kind];
        return `${open}${show(run, COLOURS[kind])}${close}`;
      }
      const before = index === 0 ? 0 : CONTEXT;
      const after = index === all.length - 1 ? 0 : CONTEXT;
      if (run.length <= before + after + CONTEXT) return show(run, 'dim');
      const left = run.length - before - after;
      const rest = after === 0 ? '' : show(run.slice(-after), 'dim');
      return `${show(run.slice(0, before), 'dim')}${paint('cyan', ` … ${left} tokens alike … `)}${rest}`;
    })
    .join('');
}

const MARKS = { removed: ['[-', '-]'], added: ['{+', '+}'], mask: ['<~', '~>'] } as const;
const COLOURS = { removed: 'red', added: 'green', mask: 'yellow' } as const;

/** What each token adds to the text: the pieces of one character share its range, and it is shown once. */
function pieces({ rendered, encoding }: ExplainedExample, decodeToken: (id: number) => string): string[] {
  let shownTo = 0;
  return Array.from(encoding.starts, (start, at) => {
    const end = encoding.ends[at]!;
    if (end === start) return visibleText(decodeToken(encoding.ids[at]!));
    const piece = rendered.text.slice(Math.max(start, shownTo), end);
    shownTo = Math.max(shownTo, end);
    return visibleText(piece);
  });
}

/** Neighbouring changes of one kind together. */
function runsOf(changes: readonly TokenChange[]): TokenChange[][] {
  const result: TokenChange[][] = [];
  for (const change of changes) {
    const last = result.at(-1);
    if (last?.[0]?.kind === change.kind) last.push(change);
    else result.push([change]);
  }
  return result;
}
