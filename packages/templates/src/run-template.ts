/** Runs a parsed template with Hugging Face's variables. */
import { TemplateRenderError } from './errors.js';
import { Budget } from './jinja/budget.js';
import { filters } from './jinja/filters.js';
import { GLOBALS, RaisedByTemplate } from './jinja/globals.js';
import { Interpreter, Scope } from './jinja/interpreter.js';
import { methods } from './jinja/methods.js';
import { LimitError } from './jinja/python-error.js';
import { pythonValue } from './jinja/python-values.js';
import { tests } from './jinja/tests.js';
import type { Piece, Source } from './jinja/text.js';
import { Dict, Sequence } from './jinja/values.js';
import type { ParsedTemplate } from './parse-template.js';
import type { Message } from './types.js';

export interface RunInput {
  readonly messages: readonly Message[];
  readonly tools: readonly unknown[] | undefined;
  readonly addGenerationPrompt: boolean;
  /** Special tokens and the caller's own variables. */
  readonly variables: Readonly<Record<string, unknown>>;
  readonly now: () => Date;
}

export interface Run {
  readonly text: string;
  /** Where the text came from, in order. */
  readonly pieces: readonly Piece[];
}

const library = { filters, tests, methods };

/** What people hand in beside the messages: its text is never the template's. */
const GIVEN = ['tools', 'documents'];

/** @throws {TemplateRenderError} with the statement's line, column and caret, and the message's index */
export function runTemplate(template: ParsedTemplate, input: RunInput): Run {
  const budget = new Budget(sizeOf([input.messages, input.tools, input.variables]));
  const scope = new Scope(GLOBALS);
  const variables: Record<string, unknown> = {
    documents: null,
    ...input.variables,
    tools: input.tools ?? input.variables.tools ?? null,
    add_generation_prompt: input.addGenerationPrompt,
  };
  for (const [name, value] of Object.entries(variables)) {
    if (value === undefined) continue;
    const origin = GIVEN.includes(name) ? { message: -1, field: name, path: '' } : undefined;
    scope.set(name, pythonValue(value, origin));
  }
  const messages = input.messages.map(visibleMessage);
  scope.set('messages', new Sequence(messages));
  const indices = new Map(messages.map((message, index) => [message, index]));
  const interpreter = new Interpreter(budget, library, input.now, indices);
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
    return new LimitError('expected macros and expressions that end, got too many inside each other').message;
  return cause instanceof Error ? cause.message : String(cause);
}

/** Templates see what was said, not what the loss may see; absent fields are absent, not undefined. */
function visibleMessage(message: Message, index: number): Dict {
  const entries: Dict['entries'] = new Map();
  for (const [field, value] of Object.entries(message)) {
    if (value === undefined || field === 'train' || field === 'weight') continue;
    // A template makes headers of roles: they are its own text.
    const origin: Source | undefined = field === 'role' ? undefined : { message: index, field, path: '' };
    entries.set(field, [field, pythonValue(value, origin)]);
  }
  return new Dict(entries);
}

/** Characters and items of a JSON value, roughly. */
function sizeOf(value: unknown): number {
  if (typeof value === 'string') return value.length + 1;
  if (typeof value !== 'object' || value === null) return 1;
  let size = 16;
  for (const inner of Array.isArray(value) ? value : Object.values(value)) size += sizeOf(inner);
  return size;
}
