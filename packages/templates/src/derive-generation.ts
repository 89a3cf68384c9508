/**
 * What the assistant wrote, of a template without `{% generation %}` blocks. Each character's origin is known, so
 * nothing is searched for in what people said. A turn's answer
 *
 * - begins where the turn and the prompt that asks for it part, but never behind the first character that the
 *   assistant wrote, nor before the end of an empty thought that the template writes;
 * - ends behind the token that stops the model;
 * - is cut wherever another message's text stands inside of it.
 *
 * Renderings of prefixes are made once for each way in which turns begin and end, so the cost is linear in the turns.
 */
import { controlTokens, firstControlGroup, sharedLength } from './control-tokens.js';
import { TemplateSpanError } from './errors.js';
import { attempt, promptFor, traceUpTo } from './generation-prompt.js';
import { skipSpace, skipSpaceBack } from './jinja/whitespace.js';
import { leftOut } from './left-out.js';
import type { ParsedTemplate } from './parse-template.js';
import type { RunInput } from './run-template.js';
import { type Trace, traceTemplate } from './trace-template.js';
import { type TurnRegion, turnRegions } from './turn-regions.js';
import type { GenerationSpan, RenderFinding, Span } from './types.js';

export interface DerivedGeneration {
  readonly spans: readonly GenerationSpan[];
  readonly findings: readonly RenderFinding[];
  /** What has to stand behind the text so that the last turn ends. */
  readonly appended: string;
}

/** Where the answer of a turn begins, from the region's start, and what is to be said of it. */
interface Beginning {
  readonly offset: number;
  readonly finding: Omit<RenderFinding, 'message'> | undefined;
}

const PLAIN_ANSWER = 'answer';

/** @throws {TemplateSpanError} naming the message, and why its span cannot be told */
export function deriveGeneration(
  template: ParsedTemplate,
  input: RunInput,
  trace: Trace,
  /** Tokens at which the model stops, where they are known, besides the template's `eos_token`. */
  stopTokens: readonly string[] | undefined,
  bosLength: number,
): DerivedGeneration {
  const { text } = trace;
  const { messages } = input;
  const spans: GenerationSpan[] = [];
  const findings: RenderFinding[] = [];
  const beginnings = new Map<string, Beginning>();
  const plainTurns = new Map<string, { readonly header: string; readonly end: string } | undefined>();
  const closings = new Map<string, number>();
  const { eos_token: eos, bos_token: bos } = input.variables;
  const stops = new Set([...(stopTokens ?? []), ...(typeof eos === 'string' && eos !== '' ? [eos] : [])]);
  let appended = '';

  const regions = turnRegions(trace, messages, bosLength);
  for (const [index, message] of messages.entries()) {
    if (message.role !== 'assistant') continue;
    const region = regions.get(index);
    const missing = leftOut(message, region?.written ?? []);
    if (missing !== undefined)
      throw refusal(
        `${missing}, got a template that leaves it out`,
        index,
        'choose a template that writes it',
      );
    if (!region)
      throw refusal(
        'the assistant turn in the text, got a template that leaves it out',
        index,
        'drop the turn',
      );
    const start = answerStart(region, index);
    for (const [at, piece] of answerPieces(region, start, index).entries()) {
      if (at > 0 && spans.at(-1)?.end === piece.start)
        spans[spans.length - 1] = { ...spans.at(-1)!, end: piece.end };
      else spans.push({ ...piece, message: index });
    }
  }
  return { spans, findings, appended };

  // --- where an answer begins

  function answerStart(region: TurnRegion, index: number): number {
    const first = region.own[0]?.start ?? region.end;
    const header = text.slice(region.start, first);
    const key = JSON.stringify([header, messages[index - 1]?.role, region.own.length > 0]);
    let beginning = beginnings.get(key);
    if (!beginning) {
      beginning = findBeginning(region, first, index);
      beginnings.set(key, beginning);
    }
    if (beginning.finding) findings.push({ ...beginning.finding, message: index });
    return region.start + beginning.offset;
  }

  function findBeginning(region: TurnRegion, first: number, index: number): Beginning {
    const asked = promptFor(template, input, index);
    let start = asked === undefined ? undefined : partingPoint(asked, region, first);
    let finding: Beginning['finding'];
    const isHeader =
      start === undefined ||
      (start <= region.start && asked?.added === '') ||
      (start <= region.start && asked !== undefined && !endsWithStart(asked.text, region, first));
    const written = text.slice(Math.max(region.start, start ?? 0), first);
    if (isHeader && written.trim() !== '') {
      // The prompt holds nothing of this turn: what a plain answer stands behind is a header, the model's to be given.
      const { header = '' } = plainTurn(index) ?? {};
      const shared = sharedLength(written, header);
      if (header.trim() !== '' && shared > 0) {
        start = Math.max(region.start, start ?? 0) + shared;
        finding = {
          kind: 'prompt',
          problem: `the prompt lacks the header ${quote(header)} that the turn begins with; it is not learnt, and has to be given when the model is asked`,
          prompt: asked?.added ?? '',
          text: header,
        };
      }
    }
    let at = Math.min(first, Math.max(region.start, start ?? region.start));
    const promptEnd = at;
    at += emptyThought(text.slice(at, first), index, region, first, at);
    if (!finding && asked) finding = promptFinding(asked.text, asked.added, region, promptEnd, at, first);
    return { offset: at - region.start, finding };
  }

  /** Whether the beginning of the turn stands at the end of its prompt. */
  function endsWithStart(prompt: string, region: TurnRegion, first: number): boolean {
    for (let length = first - region.start; length > 0; length -= 1) {
      if (prompt.endsWith(text.slice(region.start, region.start + length))) return true;
    }
    return false;
  }

  /** Up to where the text is what the prompt says, as an offset; undefined where the two share nothing of this turn. */
  function partingPoint(
    { text: prompt, added }: { readonly text: string; readonly added: string },
    region: TurnRegion,
    first: number,
  ): number | undefined {
    if (text.startsWith(prompt) && prompt.length >= region.start) return Math.min(prompt.length, first);
    const shared = sharedLength(text, prompt);
    if (
      shared > region.start ||
      (shared === region.start && added !== '' && text.startsWith(prompt.slice(0, shared)))
    ) {
      if (shared > region.start) return Math.min(shared, first);
    }
    // History is written otherwise once the answer is there: what the prompt ends with is what counts.
    const turn = text.slice(region.start, first);
    let overlap = 0;
    for (let length = Math.min(turn.length, prompt.length); length > 0 && overlap === 0; length -= 1) {
      if (prompt.endsWith(turn.slice(0, length))) overlap = length;
    }
    const goesOn = sharedLength(turn, added);
    const found = Math.max(overlap, goesOn);
    if (found > 0 || added === '') return region.start + found;
    return undefined;
  }

  /** Length of a thought with nothing in it, which the template writes and no model: as far as the text without it goes. */
  function emptyThought(
    written: string,
    index: number,
    region: TurnRegion,
    first: number,
    at: number,
  ): number {
    const match = EMPTY_THOUGHT.exec(written);
    if (!match) return 0;
    const thoughtless = promptFor(template, input, index, { enable_thinking: false });
    const end = thoughtless && partingPoint(thoughtless, region, first);
    // Where the template has a prompt without a thought, it says which whitespace belongs to it.
    if (
      end !== undefined &&
      end > at &&
      thoughtless!.text.endsWith(text.slice(at, end)) &&
      EMPTY_THOUGHT.test(text.slice(at, end))
    )
      return end - at;
    return match[0].length;
  }

  function promptFinding(
    prompt: string,
    added: string,
    region: TurnRegion,
    promptEnd: number,
    start: number,
    first: number,
  ): Beginning['finding'] {
    const before = text.slice(region.start, promptEnd);
    const at = before === '' ? -1 : prompt.lastIndexOf(before);
    const rest =
      at < 0
        ? before === '' && text.startsWith(prompt.slice(0, region.start))
          ? prompt.slice(region.start)
          : added.startsWith(before)
            ? added.slice(before.length)
            : ''
        : prompt.slice(at + before.length);
    if (rest === '' && start === promptEnd) return undefined;
    const asksWith = before + rest;
    const standsBefore = text.slice(region.start, start);
    if (asksWith === standsBefore) return undefined;
    if (rest === '') return undefined;
    const shown = text.slice(region.start, Math.min(text.length, Math.max(start, first) + 20));
    return {
      kind: 'prompt',
      problem: `the prompt for this answer goes on with ${quote(rest)}, which the text does not have: the model is asked with ${quote(asksWith)} and learns from ${quote(shown)}`,
      prompt: asksWith,
      text: standsBefore,
    };
  }

  // --- where it ends

  /** The stretches of a turn that the assistant wrote, end included. */
  function answerPieces(region: TurnRegion, start: number, index: number): Span[] {
    const pieces: Span[] = [];
    let from = start;
    for (const { start: foreign, end, before, after } of region.foreign) {
      if (after === undefined) {
        // Nothing of the answer follows: the turn ended before what the others said.
        const stop = closingEnd(region, before, foreign, index);
        if (stop > from) pieces.push({ start: from, end: stop });
        return pieces;
      }
      const stop = before + closersIn(text.slice(before, foreign));
      if (stop > from) pieces.push({ start: from, end: stop });
      from = Math.max(end, after);
    }
    const last = Math.max(from, region.own.at(-1)?.end ?? from);
    pieces.push({ start: from, end: answerEnd(region, last, index) });
    return pieces;
  }

  /** Length of what closes a call: up to the first control token that opens something. */
  function closersIn(written: string): number {
    const opening = controlTokens(written).find(
      ({ start, end }) => !/^<[|｜]?\/|end|\|>$(?<!<\|.*)|^\[\//i.test(written.slice(start, end)),
    );
    const closed = written.slice(0, opening?.start ?? written.length);
    return opening || controlTokens(closed).length > 0 ? skipSpaceBack(closed, closed.length) : 0;
  }

  /** The end of a turn behind which others speak at once: as far as the turn goes without them. */
  function closingEnd(region: TurnRegion, before: number, foreign: number, index: number): number {
    const written = text.slice(before, foreign);
    let length = closings.get(written);
    if (length === undefined) {
      const alone = traceUpTo(template, input, index);
      const own =
        alone &&
        turnRegions(alone, messages.slice(0, index + 1), bosLength)
          .get(index)
          ?.own.at(-1);
      const shared = alone && own ? sharedLength(alone.text.slice(own.end), written) : 0;
      const stop = firstStop(written);
      length = stop ?? (shared > 0 ? skipSpaceBack(written, shared) : closersIn(written));
      closings.set(written, length);
    }
    return before + length;
  }

  function answerEnd(region: TurnRegion, last: number, index: number): number {
    const suffix = text.slice(last, region.end);
    if (suffix.trim() === '') return borrowedEnd(last, index);
    const isCall = (messages[index]!.tool_calls ?? []).length > 0;
    const end =
      (isCall ? endOfCall(suffix, index) : endOfPlain(suffix)) ?? skipSpaceBack(suffix, suffix.length);
    return last + end;
  }

  /** Length up to and with the first token at which the model is known to stop. */
  function firstStop(written: string): number | undefined {
    const found = controlTokens(written).find(({ start, end }) => stops.has(written.slice(start, end)));
    if (found) return found.end;
    const at = [...stops].map((stop) => written.indexOf(stop)).filter((place) => place >= 0);
    if (at.length === 0) return undefined;
    const first = Math.min(...at);
    return first + [...stops].find((stop) => written.startsWith(stop, first))!.length;
  }

  function endOfPlain(suffix: string): number | undefined {
    return firstStop(suffix) ?? groupWithoutBos(suffix);
  }

  function groupWithoutBos(suffix: string): number | undefined {
    const group = firstControlGroup(suffix);
    if (!group) return undefined;
    const at = typeof bos === 'string' && bos !== '' ? suffix.indexOf(bos, group.start) : -1;
    return at > group.start && at < group.end ? at : group.end;
  }

  /** A call is closed first; the turn ends as a plain one does. */
  function endOfCall(suffix: string, index: number): number | undefined {
    const stop = firstStop(suffix);
    if (stop !== undefined) return stop;
    const { end = '' } = plainTurn(index) ?? {};
    const at = end === '' ? -1 : suffix.indexOf(end);
    if (at >= 0) return at + end.length;
    const [token] = controlTokens(end).slice(-1);
    const last = token ? suffix.indexOf(end.slice(token.start, token.end)) : -1;
    return token && last >= 0 ? last + token.end - token.start : undefined;
  }

  /** The turn has no end of its own: the next one's header stops the model. */
  function borrowedEnd(last: number, index: number): number {
    // The next assistant message goes on in the same turn.
    if (sourceAt(last) === 'assistant') return last;
    const following = text.slice(last);
    const from = skipSpace(following, 0);
    const group = firstControlGroup(following.slice(from, from + 200));
    const isFollowed = from < following.length && group?.start === 0;
    if (isFollowed) {
      const [token] = controlTokens(following.slice(from, from + 200));
      const spelt = following.slice(from, from + token!.end);
      return last + from + checkedStop(spelt, index, false).length;
    }
    const next = attempt(() =>
      traceTemplate(template, {
        ...input,
        messages: [...messages.slice(0, index + 1), { role: 'user', content: 'question' }],
      }),
    );
    const own =
      next &&
      turnRegions(
        next,
        [...messages.slice(0, index + 1), { role: 'user', content: 'question' }],
        bosLength,
      ).get(index);
    const at = own?.own.at(-1)?.end ?? own?.end;
    const written =
      next === undefined || at === undefined
        ? ''
        : next.text.slice(at, next.sources.find(({ start }) => start >= at)?.start);
    const space = skipSpace(written, 0);
    const [token] = controlTokens(written);
    if (from < following.length || index !== messages.length - 1 || !token || token.start !== space) {
      throw refusal(
        'a token that ends the turn, got none',
        index,
        'a model that never sees one never stops: write one behind the content, or mark the turn with {% generation %}',
      );
    }
    appended = written.slice(0, token.end);
    checkedStop(written.slice(token.start, token.end), index, true);
    return last + token.end;
  }

  /** Role of the message whose text begins at an offset. */
  function sourceAt(offset: number): string | undefined {
    const span = trace.sources.find(({ start }) => start >= offset);
    return span?.start === offset ? messages[span.message]?.role : undefined;
  }

  function checkedStop(token: string, index: number, isAppended: boolean): string {
    if (stopTokens !== undefined && !stops.has(token)) {
      const known = [...stops].join(' ') || 'none';
      throw refusal(
        `a token that ends the turn, got none, and ${quote(token)}, which the template writes next, is not among the model's stop tokens (${known})`,
        index,
        'add it to eos_token_id in generation_config.json, or choose another template',
      );
    }
    const how = isAppended ? 'it is appended to the text, and learnt' : 'it is learnt as the end of the turn';
    findings.push({
      kind: 'end',
      message: index,
      problem: `the template ends no turn itself; the model stops at ${quote(token)}, which the template writes next: ${how}`,
      text: token,
    });
    return token;
  }

  // --- a plain answer at the same place

  function plainTurn(index: number): { readonly header: string; readonly end: string } | undefined {
    const key = JSON.stringify([messages[index - 1]?.role, index === 0]);
    if (plainTurns.has(key)) return plainTurns.get(key);
    const plain = traceUpTo(template, input, index, { role: 'assistant', content: PLAIN_ANSWER });
    const list = [
      ...(index === 0 ? [{ role: 'user', content: 'question' }] : messages.slice(0, index)),
      { role: 'assistant', content: PLAIN_ANSWER },
    ];
    const region = plain && turnRegions(plain, list, bosLength).get(list.length - 1);
    const own = region?.own;
    let turn: { header: string; end: string } | undefined;
    if (plain && region && own && own.length > 0) {
      const suffix = plain.text.slice(own.at(-1)!.end, region.end);
      const end = endOfPlain(suffix);
      const group = firstControlGroup(suffix);
      turn = {
        header: plain.text.slice(region.start, own[0]!.start),
        end: end === undefined ? suffix.trim() : suffix.slice(Math.min(group?.start ?? 0, end), end),
      };
    }
    plainTurns.set(key, turn);
    return turn;
  }

  function refusal(what: string, messageIndex: number, remedy: string): TemplateSpanError {
    return new TemplateSpanError(`spans: expected ${what}; ${remedy}`, {
      template: template.name,
      messageIndex,
    });
  }
}

/** A thought with nothing in it, or the rest of one that the prompt has opened. */
const EMPTY_THOUGHT =
  /^\s*(?:<([|｜]?)([^<>\s]*(?:think|thought|reason)[^<>\s]*?)\1>\s*<(?:\/\2|\1\/\2\1|\1end[_▁]of[_▁]\2\1)>|<think>\s*<\/think>|\[THINK\]\s*\[\/THINK\]|<\|START_THINKING\|>\s*<\|END_THINKING\|>|<\|channel>thought\s*<channel\|>|<\/[^<>\s]*think[^<>\s]*>)\s*/;

function quote(text: string): string {
  return JSON.stringify(text.length > 60 ? `${text.slice(0, 60)}…` : text);
}
