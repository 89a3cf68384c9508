/**
 * Stretches of a message with a weight of their own: content parts that carry `train` or `weight`, and thoughts that
 * are not to be learnt. A rendering knows where each character came from, so their places are exact.
 */
import type { ContentPart, Conversation, Message, RenderedConversation, SourceSpan } from '@sftkit/templates';
import type { WeightedSpan } from './supervised-spans.js';

/** What a content part may carry besides its text. */
type TrainedPart = ContentPart & { readonly train?: boolean; readonly weight?: number };

/** Fields in which chat formats keep a thought apart from the answer. */
const THOUGHT_FIELDS = ['reasoning_content', 'reasoning', 'thinking'];
const END_OF_THOUGHT = '</think>';
/** Most templates close a thought with it, wherever the thought came from. */
const CLOSING = /\s*<\/think>\s*/uy;

/**
 * @param weights of each message; undefined for one that is not learnt
 * @param reasoning whether thoughts are learnt
 */
export function ownSpans(
  rendered: RenderedConversation,
  { messages }: Conversation,
  weights: readonly (number | undefined)[],
  reasoning: boolean,
): WeightedSpan[] {
  const needsSources = !reasoning || messages.some(({ content }) => Array.isArray(content));
  if (!needsSources) return [];
  const sources = byMessage(rendered.sources, messages.length);
  const generation = byMessage(rendered.generation, messages.length);
  return messages.flatMap((message, index) => [
    ...partSpans(message, sources[index]!, weights[index]),
    ...(reasoning || !weights[index]
      ? []
      : thoughtSpans(rendered, message, sources[index]!, generation[index]!)),
  ]);
}

/** Spans of each message, in order. */
export function byMessage<T extends { readonly message: number }>(spans: readonly T[], count: number): T[][] {
  const lists: T[][] = [];
  for (let message = 0; message < count; message++) lists.push([]);
  for (const span of spans) lists[span.message]?.push(span);
  return lists;
}

function partSpans(
  { content }: Message,
  sources: readonly SourceSpan[],
  ofMessage: number | undefined,
): WeightedSpan[] {
  if (!Array.isArray(content)) return [];
  return (content as readonly TrainedPart[]).flatMap((part, index) => {
    const weight = ownWeight(part, ofMessage);
    if (weight === undefined) return [];
    return sources
      .filter(({ field, path }) => field === 'content' && path === `[${index}].text`)
      .map(({ start, end }) => ({ start, end, weight }));
  });
}

/** The weight of a part that says something of its own; undefined for one that goes with its message. */
function ownWeight({ train, weight }: TrainedPart, ofMessage: number | undefined): number | undefined {
  if (train === undefined && weight === undefined) return undefined;
  const isLearnt = train ?? ofMessage !== undefined;
  return isLearnt ? (ofMessage ?? 1) * (weight ?? 1) : 0;
}

/** Thoughts: as the template's marks tell them, else from the answer's beginning to where the thought was closed. */
function thoughtSpans(
  { text, sources: all }: RenderedConversation,
  message: Message,
  sources: readonly SourceSpan[],
  generation: RenderedConversation['generation'],
): WeightedSpan[] {
  const told = generation.flatMap(({ parts = [] }) => parts.filter(({ kind }) => kind === 'reasoning'));
  if (told.length > 0) return told.map(({ start, end }) => ({ start, end, weight: 0 }));
  const [first] = generation;
  const end = Math.max(0, ...sources.map((span) => thoughtEnd(message, span, text)));
  if (!first || end <= first.start) return [];
  CLOSING.lastIndex = end;
  // White space that the assistant wrote is the answer's: code may begin with it.
  const closed = CLOSING.test(text) ? CLOSING.lastIndex : end;
  const said = all.find((span) => span.end > end);
  return [
    { start: first.start, end: said && said.start < closed ? Math.max(end, said.start) : closed, weight: 0 },
  ];
}

/** Where the thought in a field ends in the text; 0 where the field holds none. */
function thoughtEnd(
  { content }: Message,
  { field, path, start, end, from }: SourceSpan,
  text: string,
): number {
  if (THOUGHT_FIELDS.includes(field)) return end;
  if (field !== 'content' || from < 0) return 0;
  const part = Array.isArray(content)
    ? (content[Number(/^\[(\d+)\]\.text$/.exec(path)?.[1])] as ContentPart | undefined)?.text
    : content;
  const at = typeof part === 'string' ? part.lastIndexOf(END_OF_THOUGHT) : -1;
  if (at < 0 || from >= at + END_OF_THOUGHT.length) return 0;
  const stop = Math.min(end, start + at + END_OF_THOUGHT.length - from);
  // The line feeds behind it separate the two.
  return stop < end ? stop + (/^\n*/.exec(text.slice(stop, end))?.[0].length ?? 0) : stop;
}
