/** An example as the page holds it: small, and read by `page/page.js`. */

import type { Example } from '@sftkit/data';
import { contentTexts, type ExplainedExample, saidSpans } from '@sftkit/sft';
import type { Encoding } from '@sftkit/tokenization';
import type { MaskUnderPolicy } from './page-masks.js';

/** What one policy learns. */
export interface PageMask {
  /** Number of supervised tokens. */
  readonly count: number;
  /** Runs of supervised tokens of one weight, flat: first token, token behind the last, weight. */
  readonly runs: readonly number[];
}

export interface PageExample {
  /** Position in the file, counted from 0, and line. */
  readonly index: number;
  readonly line: number;
  readonly text: string;
  /** Why it is refused; then there is nothing else. */
  readonly refused?: string;
  /**
   * (N) tokens, in base64: for each, as variable-length integers, the id, how far its start is behind the start of
   * the one before, and twice its length, plus 1 for a control token.
   */
  readonly tokens: string;
  readonly count: number;
  readonly straddling: number;
  /** Role, start and end of each message. */
  readonly messages: readonly (readonly [string, number, number])[];
  /** Start and end of what was said, flat: the rest is the template's. */
  readonly said: readonly number[];
  /** Kind, start and end of the parts of what the assistant wrote, where the template tells them apart. */
  readonly parts: readonly (readonly [string, number, number])[];
  /** In the order of POLICIES; a text where the policy refuses the example. */
  readonly masks: readonly (PageMask | string)[];
}

/** @param masks `masksOf` the example */
export function pageExample(explained: ExplainedExample, masks: readonly MaskUnderPolicy[]): PageExample {
  const { example, rendered, encoding, straddlingTokens } = explained;
  const { text, messages, generation } = rendered;
  const said = example.kind === 'text' ? [{ start: 0, end: text.length }] : saidSpans(rendered);
  return {
    index: example.index,
    line: example.source.line,
    text,
    tokens: packTokens(encoding),
    count: encoding.ids.length,
    straddling: straddlingTokens,
    messages: messages.map(({ role, start, end }) => [role, start, end]),
    said: said.flatMap(({ start, end }) => [start, end]),
    parts: generation.flatMap(({ parts = [] }) =>
      parts.map(({ kind, start, end }) => [kind, start, end] as const),
    ),
    masks: masks.map((mask) => (typeof mask === 'string' ? mask : pageMask(mask))),
  };
}

/** @param detail why it is refused */
export function refusedPageExample(example: Example, detail: string): PageExample {
  const text =
    example.kind === 'text'
      ? example.text
      : example.conversation.messages
          .map(({ role, content }) => `${role}: ${contentTexts(content).join('')}`)
          .join('\n\n');
  const nothing = { tokens: '', count: 0, straddling: 0, messages: [], said: [], parts: [], masks: [] };
  return { ...nothing, index: example.index, line: example.source.line, text, refused: detail };
}

function pageMask({ weights, supervisedTokens }: Exclude<MaskUnderPolicy, string>): PageMask {
  const runs: number[] = [];
  for (let from = 0; from < weights.length; ) {
    let to = from + 1;
    while (to < weights.length && weights[to] === weights[from]) to += 1;
    // Weights are float32: 0.1 is to be shown as 0.1.
    if (weights[from]! > 0) runs.push(from, to, Number(weights[from]!.toPrecision(6)));
    from = to;
  }
  return { count: supervisedTokens, runs };
}

function packTokens({ ids, starts, ends, special }: Encoding): string {
  const bytes: number[] = [];
  const push = (value: number): void => {
    let rest = value;
    for (; rest > 127; rest = Math.floor(rest / 128)) bytes.push((rest % 128) + 128);
    bytes.push(rest);
  };
  ids.forEach((id, at) => {
    push(id);
    push(starts[at]! - (starts[at - 1] ?? 0));
    push(2 * (ends[at]! - starts[at]!) + special[at]!);
  });
  return Buffer.from(bytes).toString('base64');
}
