/**
 * Stretches of a message with a weight of their own: content parts that carry `train` or `weight`, and thoughts that
 * are not to be learnt. Where they stand in the rendering is asked of the template.
 */
import type { ContentPart, Conversation, Message, RenderedConversation } from '@sftkit/templates';
import { locatePlaces, type Place } from './locate-places.js';
import { MaskingError } from './masking-error.js';
import type { WeightedSpan } from './supervised-spans.js';
import type { SupervisionOptions } from './supervision-options.js';

/** What a content part may carry besides its text. */
type TrainedPart = ContentPart & { readonly train?: boolean; readonly weight?: number };

/** One stretch: the places it is found by, and the span that they make; undefined where it was not written. */
interface Stretch {
  readonly places: readonly Place[];
  toSpan(offsets: readonly (number | undefined)[]): WeightedSpan | undefined;
}

/** Fields in which chat formats keep a thought apart from the answer. */
const THOUGHT_FIELDS = ['reasoning_content', 'reasoning', 'thinking'];
const END_OF_THOUGHT = '</think>';
/** Most templates close a thought with it, wherever the thought came from. */
const CLOSING = /\s*<\/think>\s*/uy;

/**
 * @param weights of each message; undefined for one that is not learnt
 * @throws {MaskingError} if there are such stretches and no template to ask, or its answer is not exact
 */
export function ownSpans(
  rendered: RenderedConversation,
  conversation: Conversation,
  weights: readonly (number | undefined)[],
  { reasoning = true, template, render = {} }: SupervisionOptions,
): WeightedSpan[] {
  const told: WeightedSpan[] = [];
  const stretches = conversation.messages.flatMap((message, index) => {
    const parts = partStretches(rendered.text, message, index, weights[index]);
    if (reasoning || !weights[index]) return parts;
    const thoughts = toldThoughts(rendered, index);
    told.push(...thoughts);
    return thoughts.length > 0 ? parts : [...parts, ...thoughtStretches(rendered, message, index)];
  });
  if (stretches.length === 0) return told;
  if (template === undefined) {
    throw new MaskingError(
      'supervisedSpans: expected the option template where content parts have train or weight, or thoughts are not ' +
        'learnt, got none; give the template that rendered the conversation',
    );
  }
  const places = stretches.flatMap((stretch) => stretch.places);
  const offsets = locatePlaces(rendered.text, conversation, template, places, render);
  let from = 0;
  const located = stretches.flatMap((stretch) => {
    const own = offsets.slice(from, from + stretch.places.length);
    from += stretch.places.length;
    return stretch.toSpan(own) ?? [];
  });
  return [...located, ...told];
}

/** Thoughts that the template itself tells from the rest of the answer. */
function toldThoughts({ generation }: RenderedConversation, index: number): WeightedSpan[] {
  return generation
    .filter(({ message }) => message === index)
    .flatMap(({ parts = [] }) => parts.filter(({ kind }) => kind === 'reasoning'))
    .map(({ start, end }) => ({ start, end, weight: 0 }));
}

function partStretches(
  text: string,
  { content }: Message,
  message: number,
  weight: number | undefined,
): Stretch[] {
  if (!Array.isArray(content)) return [];
  const parts = content as readonly TrainedPart[];
  const joined = parts.map((part) => part.text ?? '').join('');
  // Templates trim contents: only inside of the first and the last letter does a mark change nothing.
  const first = joined.length - joined.trimStart().length;
  const last = joined.trimEnd().length;
  let from = 0;
  return parts.flatMap((part, index): Stretch[] => {
    const to = from + (part.text ?? '').length;
    const [start, end] = [Math.max(from, first), Math.min(to, last)];
    const [leading, trailing] = [joined.slice(from, start), joined.slice(end, to)];
    const own = ownWeight(part, weight);
    const places = [start - from, end - from].map((offset) => ({
      message,
      field: 'content',
      part: index,
      offset,
    }));
    from = to;
    if (own === undefined || start >= end) return [];
    return [
      {
        places,
        toSpan: ([startsAt, endsAt]) => {
          if (startsAt === undefined || endsAt === undefined) return undefined;
          const isKept = text.slice(0, startsAt).endsWith(leading);
          return {
            start: startsAt - (isKept ? leading.length : 0),
            end: endsAt + (text.startsWith(trailing, endsAt) ? trailing.length : 0),
            weight: own,
          };
        },
      },
    ];
  });
}

/** The weight of a part that says something of its own; undefined for one that goes with its message. */
function ownWeight({ train, weight }: TrainedPart, ofMessage: number | undefined): number | undefined {
  if (train === undefined && weight === undefined) return undefined;
  const isLearnt = train ?? ofMessage !== undefined;
  return isLearnt ? (ofMessage ?? 1) * (weight ?? 1) : 0;
}

function thoughtStretches(
  { text, generation }: RenderedConversation,
  message: Message,
  index: number,
): Stretch[] {
  const start = generation.find((span) => span.message === index)?.start;
  return thoughtEnds(message, index).map((place) => ({
    places: [place],
    toSpan: ([thoughtEnd]) => {
      if (start === undefined || thoughtEnd === undefined || thoughtEnd <= start) return undefined;
      CLOSING.lastIndex = thoughtEnd;
      return { start, end: CLOSING.test(text) ? CLOSING.lastIndex : thoughtEnd, weight: 0 };
    },
  }));
}

/** Behind the last letter of each thought: in a field of its own, and in front of `</think>` in the content. */
function thoughtEnds(message: Message, index: number): Place[] {
  const fields = message as unknown as Readonly<Record<string, unknown>>;
  const places: Place[] = THOUGHT_FIELDS.flatMap((field) => {
    const text = fields[field];
    return typeof text === 'string' && text.trim() !== ''
      ? [{ message: index, field, offset: text.trimEnd().length }]
      : [];
  });
  const { content } = message;
  const parts = Array.isArray(content)
    ? content.map((part) => (part as ContentPart).text ?? '')
    : [content as string | null];
  const part = parts.findIndex((text) => text?.includes(END_OF_THOUGHT));
  const before = parts[part]?.slice(0, parts[part]!.indexOf(END_OF_THOUGHT)).trimEnd();
  if (before && before.trim() !== '<think>') {
    places.push({
      message: index,
      field: 'content',
      offset: before.length,
      ...(Array.isArray(content) ? { part } : {}),
    });
  }
  return places;
}
