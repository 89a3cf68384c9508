/**
 * Where an answer ends: behind the last control token that the model itself must write. A turn that has none ends with
 * the token that the template writes next, if the model stops there; behind the last turn it is appended.
 */
import { controlTokens, sharedLength, withoutNumbers } from './control-tokens.js';
import { quote, type Rendering, refusal } from './derive-generation.js';
import { attempt, traceUpTo } from './generation-prompt.js';
import { skipSpace, skipSpaceBack } from './jinja/whitespace.js';
import { lowerBound, overlapping } from './ordered-spans.js';
import type { PlainTurn } from './plain-turn.js';
import { knownStop, stopLength } from './stop-length.js';
import { type Trace, traceTemplate } from './trace-template.js';
import { type TurnRegion, turnRegions } from './turn-regions.js';
import type { Message, RenderFinding, SourceSpan, Span } from './types.js';

export interface AnswerEnd {
  /** The stretches that the assistant wrote, in order. */
  readonly pieces: readonly Span[];
  readonly finding: Omit<RenderFinding, 'message'> | undefined;
  /** What has to stand behind the text so that the turn ends. */
  readonly appended: string;
}

type End = Omit<AnswerEnd, 'pieces'> & { readonly end: number };

/** Tokens that close what another one opened: `</call>`, `<|/call|>`, `<call|>`, `<|call_end|>`, `[/CALL]`; a quote, `<|"|>`. */
const CLOSING_TOKEN = /^<[|｜]?\/|end|^<[^|].*\|>$|^\[\/|^\P{L}+$/iu;
/** More than any token is long. */
const REACH = 200;

export function answerEnds(
  rendering: Rendering,
  plainTurn: (message: number) => PlainTurn | undefined,
): (region: TurnRegion, start: number, message: number) => AnswerEnd {
  const { template, input, trace, bosLength, stopTokens } = rendering;
  const { messages } = input;
  const { text } = trace;
  const closings = new Map<string, string>();
  const tails = new Map<string, string>();
  return (region, start, message) => {
    const pieces: Span[] = [];
    let from = start;
    for (const { start: foreign, end, before, after } of region.foreign) {
      const written = text.slice(before, foreign);
      const said = region.own.findLast((span) => span.end <= before);
      const stop = before + closingLength(written, said, after !== undefined, message);
      pieces.push({ start: from, end: Math.max(from, stop) });
      // Nothing of the answer follows: the turn ended before what the others said.
      if (after === undefined) return { pieces, finding: undefined, appended: '' };
      from = Math.max(end, after);
    }
    for (const { start: header, end } of innerHeaders(region.own, from, message)) {
      pieces.push({ start: from, end: header });
      from = end;
    }
    const last = Math.max(from, region.own.at(-1)?.end ?? from);
    const { end, ...rest } = endBehind(last, region, message);
    return { pieces: [...pieces, { start: from, end }], ...rest };
  };

  /** Headers inside of an answer, behind the end of its turn: some templates write text and calls as two turns. */
  function innerHeaders(own: readonly SourceSpan[], from: number, message: number): Span[] {
    const { header = '', end = '' } = own.length > 1 ? (plainTurn(message) ?? {}) : {};
    if (end === '' || header.trim() === '') return [];
    return own.slice(1).flatMap((span, index) => {
      const gap = own[index]!.end;
      const written = gap < from ? '' : text.slice(gap, span.start);
      const closed = written.indexOf(end);
      if (closed < 0) return [];
      const at = skipSpace(written, closed + end.length);
      // A header that goes on, with a thought for one, does so for answers alone.
      const shared = sharedLength(written.slice(at), header.trimStart());
      const hasToken = controlTokens(written.slice(at, at + shared)).length > 0;
      return hasToken ? [{ start: gap + closed + end.length, end: gap + at + shared }] : [];
    });
  }

  /** Length of what closes a call: up to the first control token that opens something else. */
  function closersLength(written: string): number {
    const tokens = controlTokens(written);
    const opening = tokens.find(({ start, end }) => !CLOSING_TOKEN.test(written.slice(start, end)));
    return tokens.length === 0 ? 0 : skipSpaceBack(written, opening?.start ?? written.length);
  }

  /** Length of what closes a turn, or a call inside of one, behind which others speak: as far as it goes without them. */
  function closingLength(
    written: string,
    said: SourceSpan | undefined,
    goesOn: boolean,
    message: number,
  ): number {
    const key = `${goesOn}${withoutNumbers(written)}`;
    const known = closings.get(key);
    if (known !== undefined && written.startsWith(known)) return known.length;
    let length = goesOn ? knownStop(written, rendering) : endOfCall(written, message);
    if (length === undefined) {
      const alone = traceUpTo(template, input, message);
      const region = alone && turnRegions(alone, messages.slice(0, message + 1), bosLength).get(message);
      const own = region?.own.findLast(
        ({ field, path, from }) => field === said?.field && path === said.path && from === said.from,
      );
      const shared = own === undefined ? 0 : sharedLength(alone!.text.slice(own.end), written);
      length = shared > 0 ? skipSpaceBack(written, shared) : closersLength(written);
      // A template may write the frame of a result where there is none.
      if (goesOn) length = Math.min(length, closersLength(written));
    }
    closings.set(key, written.slice(0, length));
    return length;
  }

  /** What stands behind a turn when nobody speaks after it; all of it where that is something else. */
  function withoutNextHeader(written: string, message: number): string {
    if (message === messages.length - 1) return written;
    const key = withoutNumbers(written);
    const known = tails.get(key);
    if (known !== undefined && written.startsWith(known)) return known;
    const alone = traceUpTo(template, input, message);
    const region = alone && turnRegions(alone, messages.slice(0, message + 1), bosLength).get(message);
    const own = region?.own.at(-1)?.end;
    const shared = own === undefined ? 0 : sharedLength(alone!.text.slice(own), written);
    const tail = shared === 0 ? written : written.slice(0, shared);
    tails.set(key, tail);
    return tail;
  }

  function endBehind(last: number, region: TurnRegion, message: number): End {
    const suffix = region.isClosed
      ? text.slice(last, region.end)
      : withoutNextHeader(text.slice(last, region.end), message);
    const isPlain = !isCall(message) && region.own.length > 0;
    const length = isPlain ? stopLength(suffix, rendering) : endOfCall(suffix, message);
    if (length !== undefined) return ended(last + length);
    const closed = last + skipSpaceBack(suffix, suffix.length);
    const isClosed = isPlain ? closed > last : usualEnd(message) !== '' && closed > last;
    return isClosed ? ended(closed) : borrowedEnd(last, closed, message);
  }

  /** A call is closed first; then its turn ends as a plain one does. */
  function endOfCall(suffix: string, message: number): number | undefined {
    const stop = knownStop(suffix, rendering);
    if (stop !== undefined) return stop;
    const usual = usualEnd(message);
    const token = controlTokens(usual).at(-1);
    for (const end of [usual, token ? usual.slice(token.start, token.end) : '']) {
      const at = end === '' ? -1 : suffix.indexOf(end);
      if (at >= 0) return at + end.length;
    }
    return undefined;
  }

  /** The turn has no end of its own: what the template writes next stops the model. @param closed behind what closes a call */
  function borrowedEnd(last: number, closed: number, message: number): End {
    // The next assistant message goes on in the same turn.
    if (roleAt(closed) === 'assistant') return ended(closed);
    const following = tokenIn(text.slice(closed, closed + REACH), closed);
    if (following) return endedBy(following.token, closed, closed + following.end, '', message);
    const isLast = text.slice(closed).trim() === '' && message === messages.length - 1;
    // What closes the call is all there is; the tool's answer follows at once.
    const isClosedCall = controlTokens(text.slice(last, closed)).at(-1)?.end === closed - last;
    if (!isLast && isClosedCall) return ended(closed);
    const next = isLast ? nextToken(closed, message) : undefined;
    if (next)
      return endedBy(
        next.token,
        closed,
        closed + next.written.length,
        next.written.slice(text.length - closed),
        message,
      );
    if (isClosedCall) return ended(closed);
    throw refusal(
      rendering,
      message,
      'a token that ends the turn, got none; a model that never sees one never stops: write one behind the content, or mark the turn with {% generation %}',
    );
  }

  function endedBy(token: string, closed: number, end: number, appended: string, message: number): End {
    const usual = usualEnd(message);
    if (usual !== '' && token !== usual) {
      const problem = `the template ends this turn without ${quote(usual)}, so its end is not learnt`;
      return { end: closed, appended: '', finding: { kind: 'end', problem } };
    }
    // A prompt begins with the header of an answer: no model stops at what it is asked with.
    const isOwnHeader = plainTurn(message)?.header.includes(token) === true;
    if (isOwnHeader && stopTokens === undefined) {
      const problem = `the template ends this turn without a token, and begins the next answer with ${quote(token)}; its end is not learnt`;
      return { end: closed, appended: '', finding: { kind: 'end', problem } };
    }
    const isStop = stopTokens === undefined || knownStop(token, rendering) !== undefined;
    if (!isStop) {
      throw refusal(
        rendering,
        message,
        `a token that ends the turn, got none: the template writes ${quote(token)} next, which is not among the model's stop tokens ` +
          `(${stopTokens?.join(' ') || 'none'}); add it to eos_token_id in generation_config.json, or choose another template`,
      );
    }
    const how =
      appended === '' ? 'it is learnt as the end of the turn' : 'it is appended to the text, and learnt';
    const problem = `the template ends no turn itself; the model stops at ${quote(token)}, which the template writes next: ${how}`;
    return { end, appended, finding: { kind: 'end', problem, text: token } };
  }

  /** What the template writes behind the last turn, up to the first token, where the conversation goes on. */
  function nextToken(
    closed: number,
    message: number,
  ): { readonly token: string; readonly written: string } | undefined {
    const result = { role: 'tool', name: 'f', content: 'result' };
    const question = { role: 'user', content: 'question' };
    for (const further of isCall(message) ? [[result], [result, question], [question]] : [[question]]) {
      const longer = [...messages, ...further];
      const next = attempt(() =>
        traceTemplate(template, { ...input, messages: longer, addGenerationPrompt: false }),
      );
      const at = next && placeIn(next, longer, closed, message);
      if (at === undefined) continue;
      const written = next!.text.slice(at, at + REACH);
      const found = tokenIn(written, at, next!.sources);
      if (found) return { token: found.token, written: written.slice(0, found.end) };
      if (further[0] === result) return undefined;
    }
    return undefined;
  }

  /** Where the end of the last turn stands in a longer conversation, whose history may be written otherwise. */
  function placeIn(
    next: Trace,
    longer: readonly Message[],
    closed: number,
    message: number,
  ): number | undefined {
    if (next.text.startsWith(text.slice(0, closed))) return closed;
    const [here, there] = [turnRegions(trace, messages, bosLength), turnRegions(next, longer, bosLength)].map(
      (regions) => regions.get(message)?.own.at(-1)?.end,
    );
    if (here === undefined || there === undefined) return undefined;
    return next.text.startsWith(text.slice(here, closed), there) ? there + closed - here : undefined;
  }

  /** The control token that stands next, but for whitespace, if the template wrote it. */
  function tokenIn(
    written: string,
    at: number,
    sources = trace.sources,
  ): { readonly token: string; readonly end: number } | undefined {
    const [token] = controlTokens(written);
    if (!token || token.start !== skipSpace(written, 0)) return undefined;
    const isSaid = overlapping(sources, at + token.start, at + token.end).length > 0;
    return isSaid ? undefined : { token: written.slice(token.start, token.end), end: token.end };
  }

  /** Role of the message whose text begins at an offset. */
  function roleAt(offset: number): string | undefined {
    const span = trace.sources[lowerBound(trace.sources, offset)];
    return span?.start === offset ? messages[span.message]?.role : undefined;
  }

  function isCall(message: number): boolean {
    return (messages[message]!.tool_calls ?? []).length > 0;
  }

  function usualEnd(message: number): string {
    return plainTurn(message)?.end ?? '';
  }
}

const ended = (end: number): End => ({ end, finding: undefined, appended: '' });
