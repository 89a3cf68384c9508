/**
 * Generation spans of a template without `{% generation %}` blocks, found by rendering. Nothing is searched for
 * in the text: a turn is what the loop wrote for that message, the answer begins where the generation prompt
 * of the same prefix ends, and it ends with the token after the content. What cannot be shown to be exact is
 * refused.
 */
import { TemplateError, TemplateSpanError } from './errors.js';
import { leftOut } from './left-out.js';
import type { ParsedTemplate } from './parse-template.js';
import {
  emptyThought,
  endOfTurnIn,
  type ProbedTurn,
  probeTurn,
  promptAfter,
  question,
  usualTurn,
} from './probe-turn.js';
import { pythonStrip } from './python-strip.js';
import type { RunInput } from './run-template.js';
import type { ContentEnds, Trace } from './trace-template.js';
import type { GenerationSpan, Message, Span } from './types.js';

const markIt = 'put {% generation %} around what the assistant writes in the template';
const chooseAnother = 'choose a template that writes it';

/** @throws {TemplateSpanError} naming the message, and why its span cannot be exact */
export function deriveGeneration(
  template: ParsedTemplate,
  input: RunInput,
  trace: Trace,
  bosLength: number,
  contents: () => ReadonlyMap<number, ContentEnds>,
): GenerationSpan[] {
  const spans: GenerationSpan[] = [];
  let probed: ProbedTurn | undefined;
  const probe = (): ProbedTurn => {
    probed ??= probeTurn(template, input);
    return probed;
  };
  let lastPrompt: string | undefined;
  input.messages.forEach((message, index) => {
    if (message.role !== 'assistant') return;
    const [piece, ...others] = trace.pieces.filter((candidate) => candidate.message === index);
    if (!piece || others.length > 0) {
      const got = piece ? `${others.length + 1} of them` : 'none';
      throw refusal(`one stretch of text for an assistant turn, got ${got}`, index);
    }
    const from = Math.max(piece.start, bosLength);
    const turn = trace.text.slice(from, piece.end);
    const plain = plainAnswer(turn, message);
    if (plain) {
      spans.push({ start: from + plain.start, end: from + plain.end, message: index });
      return;
    }
    const ends = contents().get(index) ?? {};
    if (!lastPrompt || !turn.startsWith(lastPrompt)) lastPrompt = generationPrompt(index);
    const start =
      from + answerStart(turn, lastPrompt, ends.start === undefined ? undefined : ends.start - from, index);
    const end = from + answerEnd(turn, message, ends.end === undefined ? undefined : ends.end - from, index);
    spans.push({ start, end, message: index });
  });
  return spans;

  /** A turn that is, character for character, the usual prompt, the message's content and the usual end. */
  function plainAnswer(turn: string, message: Message): Span | undefined {
    const { content, reasoning_content, tool_calls } = message;
    if (typeof content !== 'string' || reasoning_content !== undefined || tool_calls !== undefined)
      return undefined;
    const usual = usualTurn(template, input);
    if (!usual || usual.prompt === '' || !turn.startsWith(usual.prompt)) return undefined;
    const { prompt, thought, endOfTurn } = usual;
    // The template may have written this one itself.
    if (thought !== '' && emptyThought.test(content)) return undefined;
    const contents = [content, pythonStrip(content, 'strip'), pythonStrip(content, 'lstrip', '\n')];
    for (const header of new Set([prompt, prompt + thought])) {
      for (const written of contents) {
        const end = header.length + written.length + endOfTurn.length;
        const isPlain = turn.slice(0, end) === header + written + endOfTurn && turn.slice(end).trim() === '';
        if (isPlain) return { start: header.length, end };
      }
    }
    return undefined;
  }

  /** What the template appends when it asks for this turn. */
  function generationPrompt(index: number): string {
    const messages = input.messages.slice(0, index);
    if (messages.length > 0) {
      try {
        return promptAfter(template, input, messages, input.tools);
      } catch (error) {
        if (!(error instanceof TemplateError)) throw error;
      }
    }
    return promptAfter(template, input, question, undefined);
  }

  function answerStart(turn: string, prompt: string, content: number | undefined, index: number): number {
    const short = prompt.replace(/<think>\s*<\/think>\s*$/, '');
    const header = [prompt, short].find((candidate) => turn.startsWith(candidate));
    if (header === undefined) {
      throw refusal(
        `the turn to begin with its generation prompt ${quote(prompt)}, got ${quote(turn.slice(0, prompt.length))}`,
        index,
      );
    }
    if (header === '') {
      const written = content === undefined ? probe().header : turn.slice(0, content);
      if (written.trim() !== '') {
        throw refusal(`a generation prompt, got none while the turn begins with ${quote(written)}`, index);
      }
    }
    // A prompt may open the thought that the turn closes at once.
    const isOpen = /<think>\s*$/.test(header);
    const thought = (isOpen ? /^\s*<\/think>\s*/ : emptyThought).exec(turn.slice(header.length))?.[0] ?? '';
    return (
      header.length + (content !== undefined && header.length + thought.length > content ? 0 : thought.length)
    );
  }

  function answerEnd(turn: string, message: Message, content: number | undefined, index: number): number {
    const end = turn.trimEnd().length;
    const hasCalls = (message.tool_calls ?? []).length > 0;
    const missing = leftOut(message, turn);
    if (missing !== undefined) {
      throw refusal(`${missing}, got a template that leaves it out`, index, chooseAnother);
    }
    const isText = typeof message.content === 'string' && message.content.trim() !== '';
    if (isText && !hasCalls && content === undefined && contents().size > 0) {
      throw refusal(
        'the content in the turn, got a template that leaves it out or cuts it',
        index,
        chooseAnother,
      );
    }
    if (content !== undefined && !hasCalls) {
      endOfTurnIn(turn.slice(content), template.name, index);
    } else if (!turn.slice(0, end).endsWith(probe().endOfTurn)) {
      throw refusal(
        `the turn to end with ${quote(probe().endOfTurn)}, got ${quote(turn.slice(Math.max(0, end - 20), end))}`,
        index,
      );
    }
    return end;
  }

  function refusal(what: string, messageIndex: number, remedy = markIt): TemplateSpanError {
    return new TemplateSpanError(`spans: expected ${what}; ${remedy}`, {
      template: template.name,
      messageIndex,
    });
  }
}

function quote(text: string): string {
  return JSON.stringify(text.length > 60 ? `${text.slice(0, 60)}…` : text);
}
