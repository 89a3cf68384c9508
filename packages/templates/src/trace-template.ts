/**
 * A rendering and what it is made of: what was written by which message's loop, by which generation block, and
 * where each message's own content came out. Most templates write straight to the output, and one run tells.
 * Where a template keeps text before it writes it, a second run has marks in the text; where marks change the
 * text (a template that trims or measures what it wrote), that is an error.
 */
import { TemplateSpanError } from './errors.js';
import { chooseMarks, type Mark, type Marks, readMarks, writeMark } from './marks.js';
import type { ParsedTemplate } from './parse-template.js';
import { type RunInput, runTemplate } from './run-template.js';
import type { GenerationSpan, Message, Span } from './types.js';

/** Characters written while a loop was at this message. */
export interface Piece extends Span {
  readonly message: number;
}

export interface Trace {
  readonly text: string;
  /** In order, not overlapping, not empty; a message may have several. */
  readonly pieces: readonly Piece[];
  /** Generation blocks in order; `message` is -1 outside of a loop over messages. */
  readonly generation: readonly GenerationSpan[];
  /** Offset after the last loop over messages; 0 where there was none. */
  readonly tail: number;
}

/** Where the content of a message came out; an end that the template cut off is absent. */
export interface ContentEnds {
  readonly start?: number;
  readonly end?: number;
}

/** @throws {TemplateSpanError} if the marks change what the template writes */
export function traceTemplate(template: ParsedTemplate, input: RunInput): Trace {
  const { text, found } = runTemplate(template, input);
  if (found) return { text, ...readStructure(found, template) };
  const marks = marksFor(template, input, text);
  const marked = readMarks(runTemplate(template, input, marks).text, marks);
  if (marked.text !== text) {
    const at = firstDifference(marked.text, text);
    throw new TemplateSpanError(
      `spans: expected the same text with and without marks, got another one from offset ${at} on; ` +
        'do not trim, cut or measure what a loop over messages or a generation block wrote',
      { template: template.name },
    );
  }
  return { text, ...readStructure(marked.found, template) };
}

/**
 * Where the contents of messages came out: each wrapped in marks, inside its own surrounding whitespace, so
 * that a template that trims trims the same. Empty where the marks change the text.
 */
export function traceContents(
  template: ParsedTemplate,
  input: RunInput,
  text: string,
  isWanted: (message: Message) => boolean,
): Map<number, ContentEnds> {
  const marks = marksFor(template, input, text);
  const messages = input.messages.map((message, index) =>
    isWanted(message) && typeof message.content === 'string'
      ? { ...message, content: wrapContent(message.content, marks, index) }
      : message,
  );
  const ends = new Map<number, ContentEnds>();
  let marked: ReturnType<typeof readMarks>;
  try {
    marked = readMarks(runTemplate(template, { ...input, messages }, marks).text, marks);
  } catch {
    // A template that looks into contents may refuse the marked ones; then nothing is known.
    return ends;
  }
  if (marked.text !== text) return ends;
  const repeated = new Set<number>();
  for (const { kind, ends: isEnd, message, at } of marked.found) {
    if (kind !== 'content') continue;
    const known = ends.get(message) ?? {};
    if ((isEnd ? known.end : known.start) !== undefined) repeated.add(message);
    ends.set(message, isEnd ? { ...known, end: at } : { ...known, start: at });
  }
  for (const message of repeated) ends.delete(message);
  return ends;
}

function wrapContent(content: string, marks: Marks, index: number): string {
  const core = content.trim();
  if (core === '') return content;
  const from = content.indexOf(core);
  const start = writeMark(marks, 'content', false, index);
  const end = writeMark(marks, 'content', true, index);
  return content.slice(0, from) + start + core + end + content.slice(from + core.length);
}

function marksFor(template: ParsedTemplate, input: RunInput, text: string): Marks {
  const { messages, tools, variables } = input;
  const marks = chooseMarks([template.source, text, JSON.stringify([messages, tools, variables])]);
  if (!marks) {
    throw new TemplateSpanError(
      'spans: expected two private-use characters that occur nowhere in the input, got none; ' +
        'remove private-use characters (U+E000 to U+F8FF) from the conversation',
      { template: template.name },
    );
  }
  return marks;
}

function readStructure(found: readonly Mark[], template: ParsedTemplate): Omit<Trace, 'text'> {
  const pieces: { start: number; end: number; message: number }[] = [];
  const generation: GenerationSpan[] = [];
  const open: { message: number; from: number }[] = [];
  const blocks: Mark[] = [];
  let tail = 0;
  const write = (message: number, start: number, end: number): void => {
    const last = pieces.at(-1);
    if (last?.message === message && last.end === start) last.end = end;
    else if (end > start) pieces.push({ start, end, message });
  };
  for (const mark of found) {
    if (mark.kind === 'message' && !mark.ends) {
      const outer = open.at(-1);
      if (outer) write(outer.message, outer.from, mark.at);
      open.push({ message: mark.message, from: mark.at });
    } else if (mark.kind === 'message') {
      const inner = open.pop();
      if (!inner || inner.message !== mark.message) throw unbalanced(template);
      write(inner.message, inner.from, mark.at);
      const outer = open.at(-1);
      if (outer) outer.from = mark.at;
      tail = mark.at;
    } else if (mark.kind === 'generation' && !mark.ends) {
      blocks.push(mark);
    } else if (mark.kind === 'generation') {
      const start = blocks.pop();
      if (!start) throw unbalanced(template);
      // Blocks inside a block add nothing to it.
      if (blocks.length === 0 && mark.at > start.at) {
        addBlock(generation, start, mark.at);
      }
    }
  }
  if (open.length > 0 || blocks.length > 0) throw unbalanced(template);
  return { pieces, generation, tail };
}

/** Blocks that say what they write are parts of one span where they follow each other. */
function addBlock(spans: GenerationSpan[], { at: start, message, writes }: Mark, end: number): void {
  if (writes === undefined) {
    spans.push({ start, end, message });
    return;
  }
  const part = { start, end, kind: writes };
  const last = spans.at(-1);
  if (last?.parts && last.end === start && last.message === message) {
    spans[spans.length - 1] = { ...last, end, parts: [...last.parts, part] };
  } else {
    spans.push({ start, end, message, parts: [part] });
  }
}

function unbalanced(template: ParsedTemplate): TemplateSpanError {
  return new TemplateSpanError(
    'spans: expected each mark to end where it began, got a cut one; do not slice what a template wrote',
    { template: template.name },
  );
}

function firstDifference(first: string, second: string): number {
  let at = 0;
  while (at < first.length && first[at] === second[at]) at += 1;
  return at;
}
