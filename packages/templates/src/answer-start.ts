/**
 * Where an answer begins: where its turn and the prompt that asks for it part, but never behind the first character
 * that the assistant wrote, and behind a thought with nothing in it, which the template writes and no model.
 */
import { sharedLength, withoutNumbers } from './control-tokens.js';
import { quote, type Rendering } from './derive-generation.js';
import { type Prompt, promptFor } from './generation-prompt.js';
import type { PlainTurn } from './plain-turn.js';
import type { TurnRegion } from './turn-regions.js';
import type { RenderFinding } from './types.js';

export interface AnswerStart {
  /** Offset into the text. */
  readonly start: number;
  /** What the prompt holds behind the place where the two part. */
  readonly rest: string;
  readonly finding: Omit<RenderFinding, 'message'> | undefined;
}

/** Where text and prompt part. */
interface Parting {
  readonly at: number;
  readonly rest: string;
}

/** A thought with nothing in it. */
const EMPTY_THOUGHT =
  /^\s*(?:<([|｜]?)([^<>\s]*(?:think|thought|reason)[^<>\s]*?)\1>\s*<(?:\/\2|\1\/\2\1|\1end[_▁]of[_▁]\2\1)>|\[THINK\]\s*\[\/THINK\]|<\|START_THINKING\|>\s*<\|END_THINKING\|>|<\|channel>thought\s*<channel\|>)\s*/;
/** The rest of one that the prompt has opened. */
const CLOSED_THOUGHT =
  /^\s*(?:<[|｜]?\/[^<>\s]*(?:think|thought|reason)[^<>\s]*>|\[\/THINK\]|<\|END_THINKING\|>|<channel\|>)\s*/;

export function answerStarts(
  { template, input, trace: { text } }: Rendering,
  plainTurn: (message: number) => PlainTurn | undefined,
): (region: TurnRegion, message: number) => AnswerStart {
  const known = new Map<string, AnswerStart & { readonly given: string }>();
  return (region, message) => {
    const first = region.own[0]?.start ?? region.end;
    const before = input.messages[message - 1]?.role ?? '';
    const key = `${before} ${region.own.length > 0} ${withoutNumbers(text.slice(region.start, first))}`;
    const same = known.get(key);
    // Turns that begin alike begin at the same place.
    if (same && text.startsWith(same.given, region.start))
      return { ...same, start: region.start + same.given.length };
    const found = find(region, first, message);
    known.set(key, { ...found, given: text.slice(region.start, found.start) });
    return found;
  };

  function find(region: TurnRegion, first: number, message: number): AnswerStart {
    const prompt = promptFor(template, input, message);
    const parting = prompt && partingOf(prompt, region.start, first);
    const at = Math.min(first, Math.max(region.start, parting?.at ?? 0));
    if (parting === undefined || parting.at <= region.start) {
      const header = headerLength(text.slice(at, first), message);
      if (header > 0) return withoutPrompt(text.slice(at, at + header), at + header, prompt);
    }
    // Behind an earlier answer a template may write nothing where the prompt has a header.
    const rest = parting?.rest ?? (at === first ? (prompt?.added ?? '') : '');
    const thought = emptyThought(text.slice(at, first), at, region, first, message);
    const start = at + thought;
    const before = text.slice(region.start, at);
    if (rest !== '') {
      const problem =
        `the prompt for this answer goes on where the text does not: the model is asked with ${quote(before + rest)} and learns ` +
        `its answer behind ${quote(text.slice(region.start, start))}`;
      return {
        start,
        rest,
        finding: { kind: 'prompt', problem, prompt: before + rest, text: text.slice(region.start, start) },
      };
    }
    const closing = text.slice(at, start);
    if (closing === '') return { start, rest, finding: undefined };
    const problem = CLOSED_THOUGHT.test(closing)
      ? `the prompt for this answer ends with an open thought, ${quote(before)}; the text closes it with ${quote(closing)}, which is not learnt`
      : `the prompt for this answer ends with ${quote(before)}; the text goes on with a thought that holds nothing, ${quote(closing)}, which is not learnt`;
    return { start, rest, finding: { kind: 'prompt', problem, prompt: before, text: before + closing } };
  }

  /** Where the text of a turn stops being what the prompt says; undefined where the two share nothing of it. */
  function partingOf(asked: Prompt, from: number, first: number): Parting | undefined {
    const prompt = asked.text;
    const shared = text.startsWith(prompt) ? prompt.length : sharedLength(text, prompt);
    if (shared > from || (shared === from && shared === prompt.length)) {
      return { at: Math.min(shared, first), rest: prompt.slice(Math.min(shared, first)) };
    }
    // History is written otherwise once the answer is there: what the prompt ends with is what counts.
    const turn = text.slice(from, first);
    const { added } = asked;
    const goesOn = sharedLength(turn, added);
    if (goesOn > 0 && goesOn === added.length) return { at: from + goesOn, rest: '' };
    for (let length = Math.min(turn.length, prompt.length); length > goesOn; length -= 1) {
      if (prompt.endsWith(turn.slice(0, length))) return { at: from + length, rest: '' };
    }
    if (goesOn > 0) return { at: from + goesOn, rest: added.slice(goesOn) };
    return added === '' ? { at: from, rest: '' } : undefined;
  }

  /** The prompt holds nothing of this turn: what a plain answer stands behind is a header, given and not written. */
  function headerLength(written: string, message: number): number {
    if (written.trim() === '') return 0;
    const { header = '' } = plainTurn(message) ?? {};
    return header.trim() === '' ? 0 : sharedLength(written, header);
  }

  function withoutPrompt(header: string, start: number, prompt: Prompt | undefined): AnswerStart {
    const problem = `the prompt for this answer lacks its header ${quote(header)}: the header is not learnt, and has to be given when the model is asked`;
    return {
      start,
      rest: '',
      finding: { kind: 'prompt', problem, prompt: prompt?.added ?? '', text: header },
    };
  }

  /** Length of an empty thought. Where the template has a prompt without thoughts, it says which whitespace is part of it. */
  function emptyThought(
    written: string,
    at: number,
    region: TurnRegion,
    first: number,
    message: number,
  ): number {
    const match = EMPTY_THOUGHT.exec(written) ?? CLOSED_THOUGHT.exec(written);
    if (!match) return 0;
    const thoughtless = promptFor(template, input, message, { enable_thinking: false });
    const parting = thoughtless && partingOf(thoughtless, region.start, first);
    const isWhole =
      parting !== undefined && parting.rest === '' && parting.at >= at + match[0].trimEnd().length;
    return isWhole ? parting.at - at : match[0].length;
  }
}
