/**
 * Statements of a template, written straight to the output, which knows at each moment how much stands there
 * and which message a loop is at. What is written there nobody changes afterwards, so offsets noted while
 * writing are exact. Text that is captured first (a macro's result in an expression, `{% set %}` and
 * `{% filter %}` blocks) may change before it is written: what a span would need from inside is noted as
 * `hidesMarks`, and the caller runs the template again with marks in the text.
 *
 * A `{% generation %}` block has its own scope, as in transformers, where it is a call block: what is set
 * inside is not seen outside.
 */
import type { Environment } from '@huggingface/jinja';
import { checkLength, computed, ExpressionInterpreter, lookUp } from './expression-interpreter.js';
import { bindArguments, macroName, readArguments } from './macro-arguments.js';
import { type Mark, type Marks, writeMark } from './marks.js';
import { isGeneration, kindOfGeneration, type Node, type Statement } from './parse-template.js';
import { callable, isTrue, kindOf, type RuntimeValue, text } from './runtime-values.js';
import { bindLoopVariables, itemsOf, loopObject, scopeIn } from './scopes.js';
import type { GenerationKind } from './types.js';

/** How a block ended, where it did not end at its end. */
type Jump = 'Break' | 'Continue' | undefined;

/** What the scope of one loop iteration costs beside its statements. */
const stepsPerIteration = 10;

export interface Place {
  /** UTF-16 offset into the source. */
  readonly offset: number;
  /** Index of the message that was being written. */
  readonly message: number | undefined;
}

export class TemplateInterpreter extends ExpressionInterpreter {
  /** Where loops over messages and generation blocks began and ended, with offsets into the output. */
  readonly found: Mark[] = [];
  /** Whether such a place is missing because its text was captured. */
  hidesMarks = false;
  readonly #indices: ReadonlyMap<RuntimeValue, number>;
  readonly #marks: Marks | undefined;
  readonly #macros = new Map<RuntimeValue, { node: Node; environment: Environment }>();
  /** The last error, and the innermost statement that it came from. */
  #failure: { readonly error: unknown; readonly place: Place } | undefined;
  #output = '';
  /** How many captures are open; 0 while the output is written straight. */
  #captures = 0;
  /** Index of the message that a loop is at, or -1. */
  #message = -1;

  /** @param marks put into the text instead of being noted */
  constructor(environment: Environment, messages: readonly RuntimeValue[], marks: Marks | undefined) {
    super(environment);
    // By identity: slices, filters and loops hand the same objects on.
    this.#indices = new Map(messages.map((message, index) => [message, index]));
    this.#marks = marks;
  }

  /** Runs a template's statements; to be called once. */
  write(statements: readonly Statement[]): string {
    this.#writeBlock(statements, this.global);
    return this.#output;
  }

  /** Where an error was thrown: the innermost statement. */
  placeOf(error: unknown): Place | undefined {
    return this.#failure?.error === error ? this.#failure?.place : undefined;
  }

  override evaluate(node: Statement | undefined, environment: Environment): RuntimeValue {
    // Blocks that the library runs: call blocks, and macros that take any number of arguments.
    if (node?.type === 'Program') return text(this.#capture((node as Node).body ?? [], environment));
    return super.evaluate(node, environment);
  }

  #capture(statements: readonly Statement[], environment: Environment): string {
    const outer = this.#output;
    this.#output = '';
    this.#captures += 1;
    this.#writeBlock(statements, environment);
    this.#captures -= 1;
    const captured = this.#output;
    this.#output = outer;
    return captured;
  }

  #append(written: string): void {
    this.#output += written;
    checkLength(this.#output);
  }

  #writeBlock(statements: readonly Statement[], environment: Environment): Jump {
    for (const node of statements as readonly Node[]) {
      try {
        const jump = this.#writeStatement(node, environment);
        if (jump !== undefined) return jump;
      } catch (error) {
        if (node.offset !== undefined && this.#failure?.error !== error) {
          const message = this.#message === -1 ? undefined : this.#message;
          this.#failure = { error, place: { offset: node.offset, message } };
        }
        throw error;
      }
    }
    return undefined;
  }

  #writeStatement(node: Node, environment: Environment): Jump {
    switch (node.type) {
      case 'StringLiteral':
        this.#append(node.value as string);
        return undefined;
      case 'If': {
        const isChosen = isTrue(this.evaluate(node.test, environment));
        return this.#writeBlock((isChosen ? node.body : node.alternate) ?? [], environment);
      }
      case 'For':
        return this.#writeLoop(node, environment);
      case 'Break':
      case 'Continue':
        return node.type;
      case 'FilterStatement':
        return this.#writeFilter(node, environment);
      case 'Set':
        this.#set(node, environment);
        return undefined;
      case 'Macro':
        this.#declareMacro(node, environment);
        return undefined;
      case 'CallExpression':
        if (this.#writeMacro(node, environment)) return undefined;
        break;
    }
    this.#append(writtenAs(this.evaluate(node, environment)));
    return undefined;
  }

  #writeLoop(node: Node, environment: Environment): Jump {
    const { iterable, loopvar, body = [], defaultBlock = [] } = node;
    const filter = iterable?.type === 'SelectExpression' ? iterable : undefined;
    let items = itemsOf(this.evaluate(filter ? filter.lhs : iterable, environment));
    if (filter) {
      items = items.filter((item) => {
        this.step(stepsPerIteration);
        return isTrue(this.evaluate(filter.test, bindLoopVariables(loopvar, item, environment)));
      });
    }
    if (items.length === 0) return this.#writeBlock(defaultBlock, scopeIn(environment));
    for (const [index, item] of items.entries()) {
      this.step(stepsPerIteration);
      // In Python, what an iteration sets is gone in the next one.
      const scope = bindLoopVariables(loopvar, item, environment);
      if (node.readsLoop) scope.variables.set('loop', loopObject(items, index));
      const message = this.#indices.get(item);
      const jump =
        message === undefined
          ? this.#writeBlock(body, scope)
          : this.#writeMarked('message', message, body, scope);
      if (jump === 'Break') break;
    }
    return undefined;
  }

  #writeFilter(node: Node, environment: Environment): Jump {
    const { filter, body = [] } = node;
    if (isGeneration(node)) {
      const scope = scopeIn(environment);
      return this.#writeMarked('generation', this.#message, body, scope, kindOfGeneration(node));
    }
    const operand = computed(text(this.#capture(body, scopeIn(environment))));
    this.#append(
      writtenAs(this.evaluate({ type: 'FilterExpression', operand, filter } as Node, environment)),
    );
    return undefined;
  }

  #writeMarked(
    kind: 'message' | 'generation',
    message: number,
    body: readonly Statement[],
    environment: Environment,
    writes?: GenerationKind,
  ): Jump {
    const isStraight = this.#captures === 0;
    const before = { output: this.#output, found: this.found.length, message: this.#message };
    if (this.#marks) this.#append(writeMark(this.#marks, kind, false, message, writes));
    else if (isStraight) this.found.push({ kind, ends: false, message, at: before.output.length, writes });
    const { length } = this.#output;
    this.#message = message;
    const jump = this.#writeBlock(body, environment);
    this.#message = before.message;
    if (this.#output.length === length) {
      // Nothing was written, so there is nothing to mark: a loop that only looks.
      this.#output = before.output;
      this.found.length = before.found;
    } else if (this.#marks) this.#append(writeMark(this.#marks, kind, true, message));
    else if (isStraight) this.found.push({ kind, ends: true, message, at: this.#output.length });
    else this.hidesMarks = true;
    return jump;
  }

  #set(node: Node, environment: Environment): void {
    const isBlock = node.value === null || node.value === undefined;
    const value = isBlock ? computed(text(this.#capture(node.body ?? [], scopeIn(environment)))) : node.value;
    super.evaluate({ ...node, value } as Statement, environment);
  }

  #declareMacro(node: Node, environment: Environment): void {
    if (!node.isPlain) {
      super.evaluate(node, environment);
      return;
    }
    const value = callable((given) => {
      const { positional, named } = readArguments(given);
      return text(this.#capture(node.body ?? [], bindArguments(this, node, positional, named, environment)));
    });
    this.#macros.set(value, { node, environment });
    environment.setVariable(macroName(node), value);
  }

  /** A macro whose result is written as it is needs no capture. */
  #writeMacro({ callee, args = [] }: Node, environment: Environment): boolean {
    if (callee?.type !== 'Identifier') return false;
    const macro = this.#macros.get(lookUp(callee.value as string, environment));
    if (!macro || args.some(({ type }) => type.includes('Spread'))) return false;
    this.step(1);
    const positional: RuntimeValue[] = [];
    const named = new Map<string, RuntimeValue>();
    for (const argument of args as readonly Node[]) {
      if (argument.type !== 'KeywordArgumentExpression')
        positional.push(this.evaluate(argument, environment));
      else named.set(argument.key!.value as string, this.evaluate(argument.value as Statement, environment));
    }
    const scope = bindArguments(this, macro.node, positional, named, macro.environment);
    this.#writeBlock(macro.node.body ?? [], scope);
    return true;
  }
}

/** What `{{ }}` writes: Python's words for booleans, and nothing that only a mistake writes. */
function writtenAs(value: RuntimeValue): string {
  switch (value.type) {
    case 'StringValue':
      return value.value as string;
    case 'UndefinedValue':
      return '';
    case 'BooleanValue':
      return value.value ? 'True' : 'False';
    case 'IntegerValue':
    case 'FloatValue':
      return value.toString();
    default:
      throw new Error(`{{ }}: expected text, got ${kindOf(value)}; does the template take such content?`);
  }
}
