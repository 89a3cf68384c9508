/** Runs a parsed template with Hugging Face's variables, with or without marks in the output. */
import { Environment } from '@huggingface/jinja';
import { TemplateRenderError } from './errors.js';
import type { Mark, Marks } from './marks.js';
import type { ParsedTemplate } from './parse-template.js';
import { list, object, type RuntimeValue, runtimeValue } from './runtime-values.js';
import { scopeIn } from './scopes.js';
import { strftime } from './strftime.js';
import { TemplateInterpreter } from './template-interpreter.js';
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
  /** With marks in it, where they were given. */
  readonly text: string;
  /** Where loops over messages and generation blocks began and ended; undefined where that has to be marked. */
  readonly found: readonly Mark[] | undefined;
}

/** The limit of Jinja's sandbox. */
const maxRange = 100_000;

/** @throws {TemplateRenderError} with the statement's line, column and caret, and the message's index */
export function runTemplate(template: ParsedTemplate, input: RunInput, marks?: Marks): Run {
  const environment = scopeIn(globals(input.now));
  const messages = input.messages.map(visibleMessage);
  const variables: Record<string, unknown> = {
    documents: null,
    ...input.variables,
    tools: input.tools ?? input.variables.tools ?? null,
    add_generation_prompt: input.addGenerationPrompt,
  };
  for (const [name, value] of Object.entries(variables)) {
    if (value !== undefined) environment.setVariable(name, runtimeValue(value));
  }
  environment.setVariable('messages', list(messages));
  const interpreter = new TemplateInterpreter(environment, messages, marks);
  try {
    const text = interpreter.write(template.program.body);
    return { text, found: interpreter.hidesMarks || marks ? undefined : interpreter.found };
  } catch (cause) {
    const place = interpreter.placeOf(cause);
    const reason = cause instanceof Error ? cause.message : String(cause);
    const verb =
      cause instanceof RaisedByTemplate ? 'the template refuses this conversation' : 'the template failed';
    throw new TemplateRenderError(`render: ${verb}: ${reason}`, {
      template: template.name,
      source: template.source,
      offset: place?.offset,
      messageIndex: place?.message,
      cause,
    });
  }
}

class RaisedByTemplate extends Error {}

/** Templates see what was said, not what the loss may see; absent fields are absent, not undefined. */
function visibleMessage(message: Message): RuntimeValue {
  const visible = new Map<string, RuntimeValue>();
  for (const [field, value] of Object.entries(message)) {
    if (value !== undefined && field !== 'train' && field !== 'weight')
      visible.set(field, runtimeValue(value));
  }
  return object(visible);
}

/** The names that every template knows, made once for each clock. */
const known = new WeakMap<() => Date, Environment>();

function globals(now: () => Date): Environment {
  const made = known.get(now);
  if (made) return made;
  const environment = new Environment();
  known.set(now, environment);
  const constants = { false: false, true: true, none: null, False: false, True: true, None: null };
  for (const [name, value] of Object.entries(constants)) environment.set(name, value);
  environment.set('raise_exception', (reason: unknown) => {
    throw new RaisedByTemplate(String(reason));
  });
  environment.set('strftime_now', (format: string) => strftime(now(), format));
  environment.set('range', range);
  return environment;
}

function range(first: number, second?: number, step = 1): number[] {
  const [start, stop] = second === undefined ? [0, first] : [first, second];
  if (step === 0) throw new Error('range: expected a step other than 0, got 0');
  const length = Math.max(0, Math.ceil((stop - start) / step));
  if (length > maxRange) throw new Error(`range: expected at most ${maxRange} numbers, got ${length}`);
  return Array.from({ length }, (_, index) => start + index * step);
}
