/**
 * The witness of a mask. It knows nothing of spans: it asks where each character came from, what the prompt for each
 * turn is, and how a turn ends, and holds the finished labels against that. A span that begins early or late, belongs
 * to another turn, takes a header in or leaves the end out contradicts one of the four.
 */
import {
  type ChatTemplate,
  type Conversation,
  endOfTurn,
  lowerBound,
  type MessageSpan,
  overlapping,
  type RenderedConversation,
  type RenderOptions,
  type SourceSpan,
  type Span,
  TemplateError,
} from '@sftkit/templates';
import type { Encoding } from '@sftkit/tokenization';
import { byMessage, ownSpans } from './own-spans.js';
import { messageWeights, type WeightedSpan } from './supervised-spans.js';
import type { SupervisionOptions } from './supervision-options.js';
import { IGNORE_INDEX, type MaskedExample } from './types.js';
import type { MaskFinding } from './verify-mask.js';

export interface WitnessOptions extends SupervisionOptions {
  /** The template that rendered the conversation; without it prompts are not asked for. */
  readonly template?: ChatTemplate;
  /** The options that the conversation was rendered with. */
  readonly render?: RenderOptions;
}

/** Fields of an assistant's message that its turn does not say. */
const NOT_WRITTEN = ['role', 'name', 'tool_call_id', 'tool_responses', 'tool_results'];
/** Turns whose prompts are rendered: each costs as much as the conversation before it. */
const PROMPTS = 4;

/** What contradicts the mask; nothing, found in one pass over the tokens, where it is plain that nothing does. */
export function witness(
  rendered: RenderedConversation,
  encoding: Encoding,
  conversation: Conversation,
  masked: MaskedExample,
  options: WitnessOptions,
): readonly MaskFinding[] {
  // With `all`, everything is meant to count.
  if (options.policy === 'all') return [];
  const weights = messageWeights(rendered, conversation, options);
  const own = ownSpans(rendered, conversation, weights, options.reasoning ?? true);
  const { template } = options;
  const blocks = template?.markedSpans(conversation, rendered.text, options.render);
  const isMarked = template?.marksGeneration === true;
  const isPlain =
    own.length === 0 &&
    isPlainlyRight(rendered, encoding, conversation, masked, weights, isMarked ? blocks : undefined);
  if (isPlain && (isMarked || !template)) return [];
  return [
    ...contradictions(rendered, encoding, conversation, masked, {
      ...options,
      weights,
      own,
      blocks,
      isPlain,
    }),
  ];
}

/**
 * Whether each token is learnt just where the assistant's words, and the blocks that say so, are. It is not asked which
 * of two copies of a word is the turn's own, nor about parts: what is not plain is looked into.
 */
function isPlainlyRight(
  { sources }: RenderedConversation,
  { starts, ends }: Encoding,
  { messages }: Conversation,
  { labels }: MaskedExample,
  weights: readonly (number | undefined)[],
  blocks: readonly Span[] | undefined,
): boolean {
  let source = 0;
  let block = 0;
  for (let t = 1; t < labels.length; t++) {
    const start = starts[t]!;
    const end = ends[t]!;
    const isLearnt = labels[t] !== IGNORE_INDEX;
    while (source < sources.length && sources[source]!.end <= start) source += 1;
    for (let at = source; at < sources.length && sources[at]!.start < end; at++) {
      const { message, start: from } = sources[at]!;
      if (message < 0) continue;
      const isAssistant = messages[message]!.role === 'assistant' && (weights[message] ?? 0) > 0;
      // A learnt token may reach into what follows; one that is not learnt may hold no word of an answer.
      if (isLearnt ? !isAssistant && from <= start : isAssistant) return false;
    }
    if (blocks) {
      while (block < blocks.length && blocks[block]!.end <= start) block += 1;
      const isInside = start < end && block < blocks.length && blocks[block]!.start <= start;
      if (isLearnt !== isInside && start < end) return false;
    }
  }
  return true;
}

interface Known extends WitnessOptions {
  readonly weights: readonly (number | undefined)[];
  readonly own: readonly WeightedSpan[];
  /** Where the template's blocks stand; undefined where it has none, or they cannot be found in another way. */
  readonly blocks: readonly Span[] | undefined;
  /** Whether only prompts and ends are left to be looked at. */
  readonly isPlain: boolean;
}

function* contradictions(
  rendered: RenderedConversation,
  encoding: Encoding,
  conversation: Conversation,
  masked: MaskedExample,
  options: Known,
): Generator<MaskFinding> {
  const { text } = rendered;
  const { messages } = conversation;
  const learnt = supervisedCharacters(text.length, encoding, masked);
  const { weights, own } = options;
  const exempt = new Uint8Array(own.length === 0 ? 0 : text.length);
  for (const { start, end, weight } of own) {
    exempt.fill(weight > 0 ? 1 : 2, start, end);
  }
  const sources = byMessage(rendered.sources, messages.length);
  const endless = new Set(
    rendered.findings.flatMap((one) => (one.kind === 'end' && one.text === undefined ? [one.message] : [])),
  );
  const isMarked = options.template?.marksGeneration === true;
  const quote = (start: number, end: number): string =>
    JSON.stringify(text.slice(start, Math.min(end, start + 60)));
  for (const [index, { role }] of options.isPlain ? [] : messages.entries()) {
    const isLearnt = (weights[index] ?? 0) > 0;
    if (!isLearnt) {
      for (const { start, end } of sources[index]!) {
        const at = firstAt(learnt, start, end, (character) => exempt[character] !== 1);
        if (at < 0) continue;
        yield {
          kind: 'foreign',
          start: at,
          end,
          problem: `${quote(at, end)} is what messages[${index}] (${role}) says, and is learnt`,
        };
      }
    } else if (role === 'assistant' && !isMarked) {
      yield* missed(index);
    }
  }
  if (options.blocks) yield* blocks(options.blocks);
  else if (options.template && !isMarked) yield* promptsAndEnds(options.template);

  /** What the assistant said and the loss does not see. */
  function* missed(index: number): Generator<MaskFinding> {
    for (const { start, end } of said(sources[index]!)) {
      for (let at = start; at < end; at++) {
        if (learnt[at]! > 0 || exempt[at] === 2 || at < (encoding.ends[0] ?? 0)) continue;
        yield {
          kind: 'uncovered',
          start: at,
          end,
          problem: `${quote(at, end)} is the assistant's, and no supervised token covers it`,
        };
        break;
      }
    }
  }

  /** Blocks that say what the assistant writes, found once more. */
  function* blocks(spans: readonly Span[]): Generator<MaskFinding> {
    const marked = new Uint8Array(text.length);
    for (const { start, end } of spans) marked.fill(1, start, end);
    for (const { start, end } of learntTokens(encoding, masked)) {
      const isOther = roleAt(start) !== undefined && roleAt(start) !== 'assistant';
      if (marked[start] === 1 || start === end || exempt[start] === 1 || isOther || isWhole(start)) continue;
      yield {
        kind: 'outside',
        start,
        end,
        problem: `${quote(start, end)} is learnt, and stands in no generation block`,
      };
      return;
    }
    for (const { start, end } of spans) {
      if (!isLearntBlock(start, end)) continue;
      const at = firstAt(marked, Math.max(start, encoding.ends[0] ?? 0), end, (character) => {
        const isOwn = roleAt(character) === undefined || roleAt(character) === 'assistant';
        return learnt[character] === 0 && exempt[character] !== 2 && isOwn;
      });
      if (at < 0) continue;
      yield {
        kind: 'uncovered',
        start: at,
        end,
        problem: `${quote(at, end)} stands in a generation block, and no supervised token covers it`,
      };
      return;
    }
  }

  /** Whether the turn that a block belongs to is to be learnt: whose words stand in it, or whose turn it is. */
  function isLearntBlock(start: number, end: number): boolean {
    const inside = sourcesIn(start, end).find(({ message }) => messages[message]?.role === 'assistant');
    const message = inside?.message ?? overlapping(rendered.messages, start, start + 1)[0]?.message;
    return message !== undefined && (weights[message] ?? 0) > 0;
  }

  /** What came from messages between two offsets. */
  function sourcesIn(start: number, end: number): SourceSpan[] {
    return overlapping(rendered.sources, start, end);
  }

  /** Message that a character came from; undefined for the template's own. */
  function messageAt(at: number): number | undefined {
    return sourcesIn(at, at + 1)[0]?.message;
  }

  function roleAt(at: number): string | undefined {
    return messages[messageAt(at) ?? -1]?.role;
  }

  /** Whether a character belongs to a message of another role that is learnt whole. */
  function isWhole(at: number): boolean {
    return overlapping(rendered.messages, at, at + 1).some(isLearntWhole);
  }

  function isLearntWhole({ message, role }: MessageSpan): boolean {
    return role !== 'assistant' && (weights[message] ?? 0) > 0;
  }

  function* promptsAndEnds(template: ChatTemplate): Generator<MaskFinding> {
    const turns = messages.flatMap(({ role }, index) =>
      role === 'assistant' && (weights[index] ?? 0) > 0 ? [index] : [],
    );
    const asked = new Set([...turns.slice(0, PROMPTS - 1), ...turns.slice(-1)]);
    const usual = usualEnd(template);
    for (const index of turns) {
      const own = said(sources[index]!);
      const [first, last] = [own[0], own.at(-1)];
      if (!first || !last) continue;
      if (asked.has(index) && index > 0) yield* prompt(template, index, first.start);
      const isContinued = roleAt(last.end) === 'assistant' && messageAt(last.end) !== index;
      if (endless.has(index) || isContinued || exempt[last.end - 1] === 2) continue;
      const stop = nextStart(last.end);
      let end = last.end;
      while (end < stop && learnt[end]! > 0) end += 1;
      const written = text.slice(last.end, end);
      if (written.trim() === '') {
        // A template may end a turn with the token that begins the next message.
        if (end === stop && learnt[end]! > 0) continue;
        yield {
          kind: 'end',
          start: last.end,
          end,
          problem: `the end of the assistant's turn behind ${quote(Math.max(last.start, last.end - 20), last.end)} is not learnt: a model that never learns it never stops`,
        };
      } else if (isCut(usual, last.end, end)) {
        yield {
          kind: 'end',
          start: end,
          end: last.end,
          problem: `the end of the assistant's turn, ${JSON.stringify(usual)}, is learnt in part only`,
        };
      } else if (usual !== undefined && written.includes(usual) && !written.trimEnd().endsWith(usual)) {
        yield {
          kind: 'end',
          start: last.end,
          end,
          problem: `${quote(last.end, end)} is learnt, and goes on behind the end of the turn, ${JSON.stringify(usual)}`,
        };
      }
    }
  }

  /** Where something else begins that may be learnt: words of a message, or a message that is learnt whole. */
  function nextStart(from: number): number {
    const message = rendered.messages[lowerBound(rendered.messages, from)];
    const whole = message && isLearntWhole(message) ? message.start : text.length;
    return Math.min(whole, nextSaid(from));
  }

  function nextSaid(from: number): number {
    return rendered.sources[lowerBound(rendered.sources, from)]?.start ?? text.length;
  }

  /** Whether the usual end of a turn stands behind its words, and not all of it is learnt. */
  function isCut(usual: string | undefined, from: number, learntTo: number): boolean {
    if (usual === undefined) return false;
    const at = text.slice(from, nextSaid(from)).indexOf(usual);
    return at >= 0 && learntTo < from + at + usual.length;
  }

  /** Nothing of the prompt for a turn is learnt in it. */
  function* prompt(template: ChatTemplate, index: number, first: number): Generator<MaskFinding> {
    const prompt = attempt(() =>
      template.renderText(
        { ...conversation, messages: messages.slice(0, index) },
        { ...options.render, addGenerationPrompt: true },
      ),
    );
    if (prompt === undefined) return;
    let shared = text.startsWith(prompt) ? prompt.length : 0;
    while (shared < prompt.length && prompt[shared] === text[shared]) shared += 1;
    // Where the two part inside of a token or a word, all of that is the answer's.
    if (shared < prompt.length) while (shared > 0 && !/[\s>]/.test(text[shared - 1]!)) shared -= 1;
    const stop = Math.min(shared, first);
    // Behind the last words of somebody else; behind the assistant's own stands the end of another turn.
    const before = rendered.sources.findLast(({ end }) => end <= first)?.end ?? 0;
    if (before === 0 || roleAt(before - 1) === 'assistant' || isWhole(before - 1)) return;
    const at = firstAt(learnt, before, stop, () => true);
    if (at < 0) return;
    yield {
      kind: 'prompt',
      start: at,
      end: stop,
      problem: `${quote(at, stop)} is learnt, and is the end of the prompt for messages[${index}]`,
    };
  }
}

/** What a message says, each of its characters once: a template may repeat them elsewhere. */
function said(sources: readonly SourceSpan[]): SourceSpan[] {
  const seen = new Set<string>();
  return sources.filter(({ field, path, from }) => {
    if (from < 0 || NOT_WRITTEN.includes(field)) return false;
    const key = `${field}${path}@${from}`;
    const isNew = !seen.has(key);
    seen.add(key);
    return isNew;
  });
}

function supervisedCharacters(
  length: number,
  { starts, ends }: Encoding,
  { labels }: MaskedExample,
): Uint8Array {
  const learnt = new Uint8Array(length);
  for (let t = 0; t < labels.length; t++) {
    if (labels[t] === IGNORE_INDEX) continue;
    // Neighbours at once: most learnt tokens stand in long runs.
    const start = starts[t]!;
    while (t + 1 < labels.length && labels[t + 1] !== IGNORE_INDEX && starts[t + 1] === ends[t]) t += 1;
    learnt.fill(1, start, ends[t]);
  }
  return learnt;
}

function* learntTokens({ starts, ends }: Encoding, { labels }: MaskedExample): Generator<Span> {
  for (let t = 0; t < labels.length; t++) {
    if (labels[t] !== IGNORE_INDEX) yield { start: starts[t]!, end: ends[t]! };
  }
}

/** First offset in a range where the flags are set and a condition holds; -1 where there is none. */
function firstAt(flags: Uint8Array, start: number, end: number, isWanted: (at: number) => boolean): number {
  for (let at = start; at < end; at++) if (flags[at]! > 0 && isWanted(at)) return at;
  return -1;
}

const ends = new WeakMap<ChatTemplate, string | undefined>();

function usualEnd(template: ChatTemplate): string | undefined {
  if (!ends.has(template))
    ends.set(
      template,
      attempt(() => endOfTurn(template)),
    );
  return ends.get(template);
}

function attempt<T>(render: () => T): T | undefined {
  try {
    return render();
  } catch (error) {
    if (error instanceof TemplateError) return undefined;
    throw error;
  }
}
