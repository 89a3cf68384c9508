/**
 * What a template writes after the assistant's content, found by rendering a turn whose content we know.
 */
import { TemplateSpanError } from './errors.js';
import type { ParsedTemplate } from './parse-template.js';
import type { RunInput } from './run-template.js';
import { traceContents, traceTemplate } from './trace-template.js';
import type { Message } from './types.js';

export interface ProbedTurn {
  /** What stands between the turn's start and the content, beginning-of-sequence token included. */
  readonly header: string;
  /** The token that ends the turn, without whitespace around it. */
  readonly endOfTurn: string;
}

const probe: readonly Message[] = [
  { role: 'user', content: 'question' },
  { role: 'assistant', content: 'answer' },
];

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
