/**
 * Runs a parsed template with Hugging Face's variables, with or without marks in the output.
 *
 * A `{% generation %}` block has its own scope, as in transformers, where it is a call block: what is set
 * inside is not seen outside.
 */
import { Environment, Interpreter } from '@huggingface/jinja';
import { TemplateRenderError } from './errors.js';
import { type Marks, writeMark } from './marks.js';
import {
  isGeneration,
  MESSAGE_END,
  MESSAGE_START,
  type Node,
  type ParsedTemplate,
  type Statement,
} from './parse-template.js';
import { strftime } from './strftime.js';
import type { Message } from './types.js';

export interface RunInput {
  readonly messages: readonly Message[];
  readonly tools: readonly unknown[] | undefined;
  readonly addGenerationPrompt: boolean;
  /** Special tokens and the caller's own variables. */
  readonly variables: Readonly<Record<string, unknown>>;
  readonly now: () => Date;
}

type RuntimeValue = ReturnType<Interpreter['evaluate']>;

/** A second or two of work; a message takes less than a hundred steps. */
const maxSteps = 2_000_000;
/** What the scope of one loop iteration costs beside its statements. */
const stepsPerIteration = 10;
/** Far above any context: 16 Mi characters are some four million tokens. */
const maxCharacters = 2 ** 24;
/** The limit of Jinja's sandbox. */
const maxRange = 100_000;

/** Not an identifier, so no template can use it. */
const currentMessage = ' message';

/** @throws {TemplateRenderError} with the statement's line, column and caret, and the message's index */
export function runTemplate(template: ParsedTemplate, input: RunInput, marks?: Marks): string {
  const environment = new Environment(globals(input.now));
  // Every environment brings its own `namespace`; the global one is enough and may be overridden.
  environment.variables.delete('namespace');
  const variables: Record<string, unknown> = {
    documents: null,
    ...input.variables,
    messages: input.messages.map(visibleMessage),
    tools: input.tools ?? input.variables.tools ?? null,
    add_generation_prompt: input.addGenerationPrompt,
  };
  for (const [name, value] of Object.entries(variables)) {
    if (value !== undefined) environment.set(name, value);
  }
  const messages = environment.lookupVariable('messages').value as readonly RuntimeValue[];
  const interpreter = new TemplateInterpreter(environment, template, messages, marks);
  try {
    return String(interpreter.run(template.program).value);
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
function visibleMessage(message: Message): Record<string, unknown> {
  const { train: _train, weight: _weight, ...visible } = message;
  return Object.fromEntries(Object.entries(visible).filter(([, value]) => value !== undefined));
}

function globals(now: () => Date): Environment {
  const environment = new Environment();
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

class TemplateInterpreter extends Interpreter {
  readonly #template: ParsedTemplate;
  readonly #indices: Map<RuntimeValue, number>;
  readonly #marks: Marks | undefined;
  readonly #places = new WeakMap<object, { offset: number; message: number | undefined }>();
  #steps = 0;

  constructor(
    environment: Environment,
    template: ParsedTemplate,
    messages: readonly RuntimeValue[],
    marks: Marks | undefined,
  ) {
    super(environment);
    this.#template = template;
    // By identity: slices, filters and loops hand the same objects on.
    this.#indices = new Map(messages.map((message, index) => [message, index]));
    this.#marks = marks;
  }

  /** Where an error was thrown: the innermost statement, and the message that was being written. */
  placeOf(error: unknown): { offset: number; message: number | undefined } | undefined {
    return error instanceof Error ? this.#places.get(error) : undefined;
  }

  override evaluate(statement: Statement | undefined, environment: Environment): RuntimeValue {
    if (statement === undefined) return super.evaluate(statement, environment);
    try {
      this.#steps += 1;
      if (this.#steps > maxSteps) {
        throw new Error(`expected an end within ${maxSteps} steps, got none; does the template loop?`);
      }
      const value = this.#evaluateNode(statement, environment);
      if (typeof value.value === 'string' && value.value.length > maxCharacters) {
        throw new Error(`expected at most ${maxCharacters} characters, got ${value.value.length}`);
      }
      return value;
    } catch (error) {
      const offset = this.#template.positions.get(statement);
      if (error instanceof Error && offset !== undefined && !this.#places.has(error)) {
        const message = this.#messageAt(environment);
        this.#places.set(error, { offset, message: message === -1 ? undefined : message });
      }
      throw error;
    }
  }

  #evaluateNode(statement: Statement, environment: Environment): RuntimeValue {
    const node: Node = statement;
    if (node.type === MESSAGE_START) {
      this.#steps += stepsPerIteration;
      const index = this.#indices.get(environment.lookupVariable(String(node.value)));
      // A loop over something else inside a message's own still writes that message.
      environment.variables.set(currentMessage, this.#literal(index === undefined ? '' : String(index)));
      return this.#literal(index === undefined ? '' : this.#mark('message', false, index));
    }
    if (node.type === MESSAGE_END) {
      const own = environment.variables.get(currentMessage)?.value;
      return this.#literal(own ? this.#mark('message', true, Number(own)) : '');
    }
    if (isGeneration(node)) {
      const message = this.#messageAt(environment);
      const block: Node = { type: 'Program', body: node.body ?? [] };
      const { value } = this.evaluate(block, new Environment(environment));
      return this.#literal(
        this.#mark('generation', false, message) + String(value) + this.#mark('generation', true, message),
      );
    }
    return super.evaluate(statement, environment);
  }

  /** Index of the message whose loop we are in, or -1. */
  #messageAt(environment: Environment): number {
    for (let scope: Environment | undefined = environment; scope; scope = scope.parent) {
      const own = scope.variables.get(currentMessage)?.value;
      if (typeof own === 'string' && own !== '') return Number(own);
    }
    return -1;
  }

  #mark(kind: 'message' | 'generation', ends: boolean, message: number): string {
    return this.#marks ? writeMark(this.#marks, kind, ends, message) : '';
  }

  #literal(value: string): RuntimeValue {
    const node: Node = { type: 'StringLiteral', value };
    return super.evaluate(node, this.global);
  }
}
