/** Renderings and a tokenizer small enough to check by hand. */
import type {
  Conversation,
  GenerationSpan,
  MessageSpan,
  RenderedConversation,
  SourceSpan,
} from '@sftkit/templates';
import type { Encoding } from '@sftkit/tokenization';
import type { MaskedExample } from '../src/index.js';
import { IGNORE_INDEX } from '../src/index.js';

/**
 * The text `<s>` + for each message: header `R:` (R is the role's first letter), content, and `;` at the end
 * of an assistant's turn (generated) or of another's (not generated), then a line feed outside every message.
 */
export function render({ messages }: Conversation): RenderedConversation {
  let text = '^';
  const spans: MessageSpan[] = [];
  const generation: GenerationSpan[] = [];
  const sources: SourceSpan[] = [];
  messages.forEach(({ role, content }, message) => {
    const start = text.length;
    text += `${role[0]?.toUpperCase()}:`;
    const answer = text.length;
    text += `${content as string};`;
    spans.push({ start, end: text.length, message, role });
    const end = answer + (content as string).length;
    if (end > answer) sources.push({ start: answer, end, message, field: 'content', path: '', from: 0 });
    if (role === 'assistant') generation.push({ start: answer, end: text.length, message });
    text += '\n';
  });
  return { text, messages: spans, generation, sources, findings: [] };
}

/**
 * One token a character, its id the UTF-16 code unit, except: a piece of `pieces` is one token, its id 1000
 * plus its place in the list; a character of two code units (an emoji) is four tokens that share its range,
 * ids 2000 to 2003.
 */
export function encode(text: string, pieces: readonly string[] = []): Encoding {
  const ids: number[] = [];
  const starts: number[] = [];
  const ends: number[] = [];
  const push = (id: number, start: number, end: number) => {
    ids.push(id);
    starts.push(start);
    ends.push(end);
  };
  for (let at = 0; at < text.length; ) {
    const piece = pieces.findIndex((one) => text.startsWith(one, at));
    const isPair = (text.codePointAt(at) ?? 0) > 0xffff;
    const end = at + (piece >= 0 ? (pieces[piece] ?? '').length : isPair ? 2 : 1);
    if (piece >= 0) push(1000 + piece, at, end);
    else if (isPair) for (let byte = 0; byte < 4; byte++) push(2000 + byte, at, end);
    else push(text.charCodeAt(at), at, end);
    at = end;
  }
  return encodingOf(ids, starts, ends);
}

export function encodingOf(
  ids: readonly number[],
  starts: readonly number[],
  ends: readonly number[],
): Encoding {
  return {
    ids: Int32Array.from(ids),
    starts: Int32Array.from(starts),
    ends: Int32Array.from(ends),
    special: new Uint8Array(ids.length),
  };
}

/** An example with the ids `first`, `first` + 1, ...; weights as given, one a token. */
export function exampleOf(first: number, weights: readonly number[]): MaskedExample {
  const inputIds = Int32Array.from(weights, (_, t) => first + t);
  return {
    inputIds,
    labels: inputIds.map((id, t) => (weights[t] === 0 ? IGNORE_INDEX : id)),
    weights: Float32Array.from(weights),
    supervisedTokens: weights.filter((weight) => weight > 0).length,
  };
}
