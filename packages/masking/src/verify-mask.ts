/**
 * Proof of one mask. From the tokens back to the characters: every supervised token lies inside what the policy counts,
 * and every counted character is covered. And by a witness that does not know what counts: who said each character,
 * what the prompt for each turn is, and how a turn ends.
 */
import type { Conversation, RenderedConversation } from '@sftkit/templates';
import type { Encoding } from '@sftkit/tokenization';
import { checkEncoding } from './check-encoding.js';
import { supervisedSpans } from './supervised-spans.js';
import { IGNORE_INDEX, type MaskedExample } from './types.js';
import { type WitnessOptions, witness } from './witness.js';

/**
 * - `label`: labels, ids and weights contradict each other, or the first token is supervised;
 * - `outside`: a supervised token reaches outside what the policy counts;
 * - `uncovered`: characters that the policy counts, and no supervised token covers;
 * - `decoded`: a run of supervised tokens decodes to something else than its characters;
 * - `foreign`: what somebody else says is learnt;
 * - `prompt`: the end of the prompt for a turn is learnt;
 * - `end`: the end of a turn is not learnt, or something behind it is.
 */
export type MaskFindingKind = 'label' | 'outside' | 'uncovered' | 'decoded' | 'foreign' | 'prompt' | 'end';

export interface MaskFinding {
  readonly kind: MaskFindingKind;
  /** Characters concerned, `rendered.text.slice(start, end)`. */
  readonly start: number;
  readonly end: number;
  /** One line, for a person. */
  readonly problem: string;
}

export interface VerifyMaskOptions extends WitnessOptions {
  /** Decodes ids to text; only for tokenizers whose decoding gives back the text unchanged (byte-level). */
  readonly decode?: (ids: Int32Array) => string;
}

/**
 * The characters of the first token are exempt: no label can reach it.
 * @returns what is wrong, in the order of the text within each kind; empty when the mask is exact
 */
export function verifyMask(
  rendered: RenderedConversation,
  encoding: Encoding,
  conversation: Conversation,
  masked: MaskedExample,
  { decode, ...options }: VerifyMaskOptions = {},
): readonly MaskFinding[] {
  checkEncoding(encoding, rendered.text.length);
  const wanted = new Uint8Array(rendered.text.length);
  for (const { start, end, weight } of supervisedSpans(rendered, conversation, options)) {
    wanted.fill(weight > 0 ? 1 : 0, start, end);
  }
  const labels = [...checkLabels(encoding, masked)];
  // Arrays of another length say nothing of these tokens.
  if (masked.labels.length !== encoding.ids.length) return labels;
  const findings = [
    ...labels,
    ...checkInside(rendered.text, encoding, masked, wanted),
    ...checkCovered(rendered.text, encoding, masked, wanted),
    ...(decode === undefined ? [] : checkDecoded(rendered.text, encoding, masked, decode)),
  ];
  return findings.length > 0 ? findings : witness(rendered, encoding, conversation, masked, options);
}

function* checkLabels({ ids, starts, ends }: Encoding, masked: MaskedExample): Generator<MaskFinding> {
  const { inputIds, labels, weights } = masked;
  if (inputIds.length !== ids.length || labels.length !== ids.length || weights.length !== ids.length) {
    const got = `${inputIds.length} ids, ${labels.length} labels, ${weights.length} weights`;
    yield { kind: 'label', start: 0, end: 0, problem: `expected ${ids.length} tokens, got ${got}` };
    return;
  }
  for (let t = 0; t < ids.length; t++) {
    const label = labels[t]!;
    const isSupervised = label !== IGNORE_INDEX;
    const isRight = isSupervised ? t > 0 && label === ids[t] && weights[t]! > 0 : weights[t] === 0;
    if (isRight && inputIds[t] === ids[t]) continue;
    const problem = `token ${t}, id ${ids[t]}, has input id ${inputIds[t]}, label ${label}, weight ${weights[t]}`;
    yield { kind: 'label', start: starts[t]!, end: ends[t]!, problem };
  }
}

function* checkInside(
  text: string,
  { starts, ends, special }: Encoding,
  { labels }: MaskedExample,
  wanted: Uint8Array,
): Generator<MaskFinding> {
  for (let t = 0; t < labels.length; t++) {
    if (labels[t] === IGNORE_INDEX) continue;
    const start = starts[t]!;
    const end = ends[t]!;
    let inside = start;
    while (inside < end && wanted[inside] === 1) inside += 1;
    if (inside === end) continue;
    // An end-of-turn token may be defined to take the whitespace behind it (Phi); it is one token all the same.
    if (special[t] === 1 && inside > start && text.slice(inside, end).trim() === '') continue;
    const problem = `supervised token ${t}, ${JSON.stringify(text.slice(start, end))}, is not all the assistant's`;
    yield { kind: 'outside', start, end, problem };
  }
}

/** @param missing what is wanted; what is covered is taken out of it */
function* checkCovered(
  text: string,
  { starts, ends }: Encoding,
  { labels }: MaskedExample,
  missing: Uint8Array,
): Generator<MaskFinding> {
  for (let t = 0; t < labels.length; t++) {
    if (t > 0 && labels[t] === IGNORE_INDEX) continue;
    for (let at = starts[t]!; at < ends[t]!; at++) missing[at] = 0;
  }
  for (let start = missing.indexOf(1); start >= 0; ) {
    const next = missing.indexOf(0, start);
    const end = next < 0 ? missing.length : next;
    const problem = `${JSON.stringify(text.slice(start, end))} is the assistant's, and no supervised token covers it`;
    yield { kind: 'uncovered', start, end, problem };
    start = missing.indexOf(1, end);
  }
}

function* checkDecoded(
  text: string,
  { ids, starts, ends }: Encoding,
  { labels }: MaskedExample,
  decode: (ids: Int32Array) => string,
): Generator<MaskFinding> {
  for (let from = 0; from < ids.length; from++) {
    if (labels[from] === IGNORE_INDEX) continue;
    let to = from + 1;
    while (to < ids.length && labels[to] !== IGNORE_INDEX) to += 1;
    const start = starts[from]!;
    const end = ends[to - 1]!;
    const decoded = decode(ids.slice(from, to));
    if (decoded !== text.slice(start, end)) {
      const problem = `tokens ${from} to ${to - 1} decode to ${JSON.stringify(decoded)}, expected ${JSON.stringify(text.slice(start, end))}`;
      yield { kind: 'decoded', start, end, problem };
    }
    from = to;
  }
}
