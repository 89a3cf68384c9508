/**
 * What a template writes after the assistant's content, found by rendering a turn whose content we know.
 */
import { TemplateError, TemplateSpanError } from './errors.js';
import type { ParsedTemplate } from './parse-template.js';
import type { RunInput } from './run-template.js';
import { type Trace, traceContents, traceTemplate } from './trace-template.js';
import type { Message } from './types.js';

export interface ProbedTurn {
  /** What stands between the turn's start and the content, beginning-of-sequence token included. */
  readonly header: string;
  /** The token that ends the turn, without whitespace around it. */
  readonly endOfTurn: string;
}

/** A conversation whose answer is asked for. */
export const question: readonly Message[] = [{ role: 'user', content: 'question' }];

const probe: readonly Message[] = [...question, { role: 'assistant', content: 'answer' }];

/** @throws {TemplateSpanError} if the template writes no, or more than one, candidate */
export function probeTurn(template: ParsedTemplate, input: RunInput): ProbedTurn {
  const asked: RunInput = { ...input, messages: probe, tools: undefined, addGenerationPrompt: false };
  const trace = traceTemplate(template, asked);
  const { start, end } =
    traceContents(template, asked, trace.text, ({ role }) => role === 'assistant').get(1) ?? {};
  const piece = trace.pieces.find(
    (candidate) => candidate.message === 1 && start !== undefined && candidate.start <= start,
  );
  if (start === undefined || end === undefined || !piece) {
    throw new TemplateSpanError(
      "end of turn: expected the assistant's content in a loop over messages, got it elsewhere or not at all; " +
        'write each message where the loop is at it',
      { template: template.name },
    );
  }
  const endOfTurn = endOfTurnIn(trace.text.slice(end, piece.end), template.name, undefined);
  return { header: trace.text.slice(piece.start, start), endOfTurn };
}

/**
 * What a template appends when it asks for the turn after these messages.
 * @throws {TemplateError} where it does not take them
 */
export function promptAfter(
  template: ParsedTemplate,
  input: RunInput,
  messages: readonly Message[],
  tools: RunInput['tools'],
): string {
  const [asked, unasked] = [true, false].map((addGenerationPrompt) =>
    traceTemplate(template, { ...input, messages, tools, addGenerationPrompt }),
  ) as [Trace, Trace];
  // Text that the template writes after the loop only without the prompt (an end of sequence) is no part of it.
  return asked.text.startsWith(unasked.text)
    ? asked.text.slice(unasked.text.length)
    : asked.text.slice(asked.tail);
}

/** A thought with nothing in it: the template's, never the model's. */
export const emptyThought = /^\s*<think>\s*<\/think>\s*/;

export interface UsualTurn {
  readonly prompt: string;
  /** The empty thought that the template writes after the prompt, or nothing. */
  readonly thought: string;
  readonly endOfTurn: string;
}

const usual = new WeakMap<ParsedTemplate, Map<string, UsualTurn | undefined>>();
/** More sets of variables than anybody trains with; a bound for a caller that makes new ones each time. */
const maxRemembered = 64;

/** The prompt and the end of a plain turn, remembered; undefined where the template shows none. */
export function usualTurn(template: ParsedTemplate, input: RunInput): UsualTurn | undefined {
  const remembered = usual.get(template) ?? new Map<string, UsualTurn | undefined>();
  usual.set(template, remembered);
  const key = JSON.stringify(input.variables);
  if (remembered.has(key)) return remembered.get(key);
  if (remembered.size >= maxRemembered) remembered.clear();
  let turn: UsualTurn | undefined;
  try {
    const prompt = promptAfter(template, input, question, undefined);
    const { header, endOfTurn } = probeTurn(template, input);
    const rest = header.startsWith(prompt) ? header.slice(prompt.length) : '';
    turn = { prompt, thought: emptyThought.exec(rest)?.[0] === rest ? rest : '', endOfTurn };
  } catch (error) {
    if (!(error instanceof TemplateError)) throw error;
  }
  remembered.set(key, turn);
  return turn;
}

/**
 * The end-of-turn token in what follows the content.
 * @throws {TemplateSpanError} if there is none, or if it is not the only thing there
 */
export function endOfTurnIn(suffix: string, template: string, messageIndex: number | undefined): string {
  const [token, ...others] = suffix.trim().split(/\s+/);
  if (token === undefined || token === '' || others.length > 0) {
    const got = token === undefined || token === '' ? 'none' : JSON.stringify(suffix);
    throw new TemplateSpanError(
      `end of turn: expected one token after the assistant's content, got ${got}; ` +
        'a model that never sees one never stops: write one, or mark the turn with {% generation %}',
      { template, messageIndex },
    );
  }
  return token;
}
