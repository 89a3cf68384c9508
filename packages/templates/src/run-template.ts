/** Runs a parsed template with Hugging Face's variables. */
import { TemplateRenderError } from './errors.js';
import type { GivenValues } from './given-values.js';
import { Budget } from './jinja/budget.js';
import { filters } from './jinja/filters.js';
import { RaisedByTemplate } from './jinja/globals.js';
import { Interpreter, Scope } from './jinja/interpreter.js';
import { methods } from './jinja/methods.js';
import { LimitError } from './jinja/python-error.js';
import { tests } from './jinja/tests.js';
import type { Piece } from './jinja/text.js';
import { type Dict, Sequence } from './jinja/values.js';
import type { ParsedTemplate } from './parse-template.js';
import type { Message } from './types.js';

export interface RunInput {
  readonly messages: readonly Message[];
  readonly addGenerationPrompt: boolean;
  /** Special tokens and the caller's own variables. */
  readonly variables: Readonly<Record<string, unknown>>;
  readonly now: () => Date;
  /** With the conversation's tools; shared by all runs over it. */
  readonly given: GivenValues;
}

export interface Run {
  readonly text: string;
  /** Where the text came from, in order. */
  readonly pieces: readonly Piece[];
}

/** What a template says when it refuses may be as long as it likes. */
const MOST_OF_REASON = 1000;

const library = { filters, tests, methods };

/** @throws {TemplateRenderError} with the statement's line, column and caret, and the message's index */
export function runTemplate(template: ParsedTemplate, input: RunInput): Run {
  const { given } = input;
  const { scope: variables, size: sizeOfVariables } = given.variables(input.variables);
  const scope = new Scope(variables);
  let size = sizeOfVariables;
  const messages: Dict[] = [];
  const indices = new Map<Dict, number>();
  for (const [index, message] of input.messages.entries()) {
    const made = given.message(message, index);
    size += made.size;
    messages.push(made.value);
    indices.set(made.value, index);
  }
  scope.set('messages', new Sequence(messages));
  scope.set('add_generation_prompt', input.addGenerationPrompt);
  const interpreter = new Interpreter(new Budget(size), library, input.now, indices);
  try {
    interpreter.run(template.parsed.body, scope);
    return interpreter.output;
  } catch (cause) {
    const isRaised = cause instanceof RaisedByTemplate;
    const verb = isRaised ? 'the template refuses this conversation' : 'the template failed';
    throw new TemplateRenderError(`render: ${verb}: ${reasonOf(cause)}`, {
      template: template.name,
      source: template.parsed.source,
      offset: interpreter.offset,
      messageIndex: interpreter.turn,
      cause,
    });
  }
}

function reasonOf(cause: unknown): string {
  // The engine's own stack ends where a template nests macros too deep.
  if (cause instanceof RangeError)
    return new LimitError('expected macros and expressions less deep, got too many inside each other')
      .message;
  const reason = cause instanceof Error ? cause.message : String(cause);
  return reason.length > MOST_OF_REASON ? `${reason.slice(0, MOST_OF_REASON)}…` : reason;
}
