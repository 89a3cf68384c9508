/**
 * What the assistant wrote, of a template without `{% generation %}` blocks. Each character's origin is known, so
 * nothing is searched for in what people said. A turn's answer begins where the turn and the prompt that asks for it
 * part, ends behind the token that stops the model, and is cut wherever another message's text stands inside of it.
 */
import { answerEnds } from './answer-end.js';
import { answerStarts } from './answer-start.js';
import { TemplateSpanError } from './errors.js';
import { leftOut, leftOutOnPurpose } from './left-out.js';
import type { ParsedTemplate } from './parse-template.js';
import { plainTurns } from './plain-turn.js';
import type { RunInput } from './run-template.js';
import type { Trace } from './trace-template.js';
import { turnRegions } from './turn-regions.js';
import type { GenerationSpan, RenderFinding } from './types.js';

export interface DerivedGeneration {
  readonly spans: readonly GenerationSpan[];
  readonly findings: readonly RenderFinding[];
  /** What has to stand behind the text so that the last turn ends. */
  readonly appended: string;
  /** By message: what the prompt holds behind the place where turn and prompt part. */
  readonly promptRests: ReadonlyMap<number, string>;
}

/** Everything that finding an answer needs. */
export interface Rendering {
  readonly template: ParsedTemplate;
  readonly input: RunInput;
  readonly trace: Trace;
  /** Length of the beginning-of-sequence token at the text's start. */
  readonly bosLength: number;
  /** Tokens at which the model stops; undefined where nobody knows them. */
  readonly stopTokens: readonly string[] | undefined;
}

/**
 * Prefixes of the conversation are rendered once for each way in which its turns begin and end, not for each turn.
 * @throws {TemplateSpanError} naming the message, and why its span cannot be told
 */
export function deriveGeneration(rendering: Rendering): DerivedGeneration {
  const { trace, input, bosLength } = rendering;
  const regions = turnRegions(trace, input.messages, bosLength);
  const plainTurn = plainTurns(rendering);
  const startOf = answerStarts(rendering, plainTurn);
  const piecesOf = answerEnds(rendering, plainTurn);
  const spans: GenerationSpan[] = [];
  const findings: RenderFinding[] = [];
  const promptRests = new Map<number, string>();
  let appended = '';
  for (const [message, said] of input.messages.entries()) {
    if (said.role !== 'assistant') continue;
    const region = regions.get(message);
    const missing = leftOut(said, region?.written ?? []);
    if (missing !== undefined) {
      throw refusal(
        rendering,
        message,
        `${missing}, got a template that leaves it out; choose a template that writes it`,
      );
    }
    const begin = region && startOf(region, message);
    const end = region && piecesOf(region, begin!.start, message);
    const pieces = end?.pieces.filter((piece) => piece.end > piece.start) ?? [];
    if (!begin || !end || pieces.length === 0) {
      const problem = 'the template writes nothing for this empty answer; nothing is learnt of it';
      findings.push({ kind: 'end', message, problem });
      continue;
    }
    for (const { start, end } of pieces) spans.push({ start, end, message });
    const purpose = leftOutOnPurpose(said, region.written);
    if (purpose !== undefined) findings.push({ kind: 'left-out', message, problem: purpose });
    for (const finding of [begin.finding, end.finding]) if (finding) findings.push({ ...finding, message });
    if (begin.rest !== '') promptRests.set(message, begin.rest);
    appended = end.appended;
  }
  return { spans, findings, appended, promptRests };
}

/** @param expected what the span would need, what was found, and the remedy */
export function refusal({ template }: Rendering, messageIndex: number, expected: string): TemplateSpanError {
  return new TemplateSpanError(`spans: expected ${expected}`, { template: template.name, messageIndex });
}

/** A text for a message of one line. */
export function quote(text: string): string {
  return JSON.stringify(text.length > 120 ? `${text.slice(0, 120)}…` : text);
}
