/** Which part of a text belongs to each assistant turn, told by where characters came from. */
import { lowerBound } from './ordered-spans.js';
import type { Trace, Turn } from './trace-template.js';
import type { Message, SourceSpan, Span } from './types.js';

/** Another message's text inside of a turn. */
export interface ForeignText extends Span {
  /** Where the answer's own characters before it end. */
  readonly before: number;
  /** Where the answer goes on behind it; undefined where it does not. */
  readonly after: number | undefined;
}

export interface TurnRegion extends Span {
  /** What the assistant wrote there, in order. */
  readonly own: readonly SourceSpan[];
  /** Everything that came out of the message, wherever it stands. */
  readonly written: readonly SourceSpan[];
  readonly foreign: readonly ForeignText[];
  /** Whether it ends where the loop left the message; else it ends where others speak, and their header is in it. */
  readonly isClosed: boolean;
}

/** Fields of an assistant message that the model does not write in its turn. */
const NOT_WRITTEN = ['name', 'tool_call_id', 'tool_responses', 'tool_results'];

/** By message; an assistant turn that left no trace is absent. */
export function turnRegions(
  { text, turns, sources }: Trace,
  messages: readonly Message[],
  bosLength: number,
): ReadonlyMap<number, TurnRegion> {
  const regions = new Map<number, TurnRegion>();
  const ofMessage = new Map<number, SourceSpan[]>();
  for (const span of sources) {
    if (NOT_WRITTEN.includes(span.field)) continue;
    const known = ofMessage.get(span.message);
    if (known) known.push(span);
    else ofMessage.set(span.message, [span]);
  }
  const turnOf = new Map<number, Span[]>();
  for (const turn of turns) {
    const known = turnOf.get(turn.message);
    if (known) known.push(turn);
    else turnOf.set(turn.message, [turn]);
  }
  let owned: Owners | undefined;
  for (const [index, { role }] of messages.entries()) {
    if (role !== 'assistant') continue;
    const written = ofMessage.get(index) ?? [];
    const region = regionOf(index, withoutCopies(index, written));
    if (region) regions.set(index, region);
  }
  return regions;

  /** Without what another message's turn says of this one: the name of the function whose result it is. */
  function withoutCopies(index: number, written: readonly SourceSpan[]): readonly SourceSpan[] {
    const isRepeated = repetitions(written);
    return written.filter((span) => {
      const other = turns[lowerBound(turns, span.start + 1) - 1];
      const isElsewhere = other !== undefined && other.message !== index && span.start < other.end;
      return !(isElsewhere && isRepeated.has(span));
    });
  }

  function regionOf(index: number, written: readonly SourceSpan[]): TurnRegion | undefined {
    const turn = turnOf.get(index) ?? [];
    // Of several stretches that the loop was at this message, the first with its words; fields may stand outside of all.
    const main =
      turn.find((span) => written.some((own) => own.start >= span.start && own.end <= span.end)) ?? turn[0];
    const first = written[0];
    if (!main && !first) return undefined;
    const begin = Math.min(main?.start ?? Number.POSITIVE_INFINITY, first?.start ?? Number.POSITIVE_INFINITY);
    const last = Math.max(turn.at(-1)?.end ?? 0, written.at(-1)?.end ?? 0);
    const start = Math.max(bosLength, main && main.start <= begin ? main.start : endBefore(begin, index));
    const isClosed = turn.length > 0 && turn.at(-1)!.end >= (written.at(-1)?.end ?? 0);
    const end = isClosed ? turn.at(-1)!.end : startAfter(last, index);
    return { start, end, ...split(index, written, start, end), written, isClosed };
  }

  /** Only turns that no loop was at ask for it. */
  function owners(): Owners {
    owned ??= ownersOf(turns, sources);
    return owned;
  }

  /** Where the territory of others ends before an offset. */
  function endBefore(offset: number, index: number): number {
    const { spans, ends } = owners();
    let at = lowerBound(spans, offset) - 1;
    while (at >= 0 && spans[at]!.message === index) at -= 1;
    return at < 0 ? 0 : Math.min(offset, ends[at]!);
  }

  function startAfter(offset: number, index: number): number {
    const { spans } = owners();
    for (let at = lowerBound(spans, offset); at < spans.length; at += 1)
      if (spans[at]!.message !== index) return spans[at]!.start;
    return text.length;
  }

  function split(
    index: number,
    written: readonly SourceSpan[],
    start: number,
    end: number,
  ): Pick<TurnRegion, 'own' | 'foreign'> {
    const inside = written.filter((span) => span.start >= start && span.end <= end);
    const others: Span[] = [];
    for (let at = lowerBound(sources, start); at < sources.length && sources[at]!.start < end; at += 1) {
      const span = sources[at]!;
      if (span.message !== index || NOT_WRITTEN.includes(span.field)) others.push(span);
    }
    if (others.length === 0) return { own: inside, foreign: [] };
    // Beside what others said, a template may write the assistant's words again: the name of a function that answered.
    const isRepeated = repetitions(inside);
    const own = inside.filter((span) => !isRepeated.has(span));
    const foreign: { start: number; end: number; before: number; after: number | undefined }[] = [];
    for (const other of others) {
      const before = own.findLast((span) => span.end <= other.start)?.end;
      if (before === undefined) continue;
      const after = own.find((span) => span.start >= other.end)?.start;
      const last = foreign.at(-1);
      if (last?.before === before) {
        last.end = other.end;
        last.after = after;
      } else {
        foreign.push({ start: other.start, end: other.end, before, after });
      }
    }
    // A repeated word between the answer and the others' text is theirs.
    for (const one of foreign) {
      const earlier = inside.find(
        (span) => isRepeated.has(span) && span.start >= one.before && span.end <= one.start,
      );
      if (earlier) one.start = earlier.start;
    }
    return { own, foreign };
  }
}

/** Spans that say what an earlier one said. Punctuation has no place of its own: it goes with the text before it. */
function repetitions(spans: readonly SourceSpan[]): ReadonlySet<SourceSpan> {
  const seen = new Set<string>();
  let isRepeating = false;
  return new Set(
    spans.filter(({ field, path, from }) => {
      if (from >= 0) {
        const key = `${field}${path}@${from}`;
        isRepeating = seen.has(key);
        seen.add(key);
      }
      return isRepeating;
    }),
  );
}

/** What belongs to somebody: turns that a loop wrote, and fields that came out, by their starts. */
interface Owners {
  readonly spans: readonly (Turn | SourceSpan)[];
  /** Largest end among the spans up to each. */
  readonly ends: readonly number[];
}

function ownersOf(turns: readonly Turn[], sources: readonly SourceSpan[]): Owners {
  const spans = [...turns, ...sources.filter(({ message }) => message >= 0)].sort(
    (a, b) => a.start - b.start,
  );
  let most = 0;
  const ends = spans.map(({ end }) => {
    most = Math.max(most, end);
    return most;
  });
  return { spans, ends };
}
