/** A rendering and what it is made of: one run tells, however the template keeps and changes text on the way. */
import type { Block, Piece } from './jinja/text.js';
import type { ParsedTemplate } from './parse-template.js';
import { type RunInput, runTemplate } from './run-template.js';
import type { GenerationKind, GenerationSpan, SourceSpan, Span } from './types.js';

/** Characters written while a loop was at this message. */
export interface Turn extends Span {
  readonly message: number;
}

export interface Trace {
  readonly text: string;
  /** In order, not overlapping, not empty; a message may have several. */
  readonly turns: readonly Turn[];
  /** Generation blocks in order; `message` is -1 outside of a loop over messages. */
  readonly generation: readonly GenerationSpan[];
  readonly sources: readonly SourceSpan[];
}

export function traceTemplate(template: ParsedTemplate, input: RunInput): Trace {
  const { text, pieces } = runTemplate(template, input);
  const turns: { start: number; end: number; message: number }[] = [];
  const sources: SourceSpan[] = [];
  let at = 0;
  for (const { length, source, from, place } of pieces) {
    const end = at + length;
    if (place && place.turn >= 0) {
      const last = turns.at(-1);
      if (last?.message === place.turn && last.end === at) last.end = end;
      else turns.push({ start: at, end, message: place.turn });
    }
    if (source) {
      const { message, field, path } = source;
      sources.push({ start: at, end, message, field, path, from });
    }
    at = end;
  }
  return { text, turns, generation: blockSpans(pieces), sources };
}

const KINDS: readonly (string | undefined)[] = [
  'content',
  'reasoning',
  'toolCall',
  'endOfTurn',
] satisfies GenerationKind[];

function blockSpans(pieces: readonly Piece[]): GenerationSpan[] {
  const spans: GenerationSpan[] = [];
  let open: { readonly block: Block; readonly start: number; readonly message: number } | undefined;
  let at = 0;
  for (const { length, place } of pieces) {
    if (open && open.block !== place?.block) {
      addBlock(spans, open, at);
      open = undefined;
    }
    if (place?.block && !open) open = { block: place.block, start: at, message: place.turn };
    at += length;
  }
  if (open) addBlock(spans, open, at);
  return spans;
}

/** Blocks that say what they write are parts of one span where they follow each other. */
function addBlock(
  spans: GenerationSpan[],
  { block, start, message }: { readonly block: Block; readonly start: number; readonly message: number },
  end: number,
): void {
  if (!KINDS.includes(block.kind)) {
    spans.push({ start, end, message });
    return;
  }
  const part = { start, end, kind: block.kind as GenerationKind };
  const last = spans.at(-1);
  if (last?.parts && last.end === start && last.message === message) {
    spans[spans.length - 1] = { ...last, end, parts: [...last.parts, part] };
  } else {
    spans.push({ start, end, message, parts: [part] });
  }
}
