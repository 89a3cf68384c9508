/**
 * @huggingface/jinja's interpreter with what we need besides: marks in the output, places of errors, limits,
 * and Python's behaviour where the library silently writes other text than jinja2 does.
 *
 * A `{% generation %}` block has its own scope, as in transformers, where it is a call block: what is set
 * inside is not seen outside.
 */
import { Environment, Interpreter } from '@huggingface/jinja';
import { type Marks, writeMark } from './marks.js';
import {
  ITERATION_END,
  ITERATION_START,
  isGeneration,
  type Node,
  type ParsedTemplate,
  type Statement,
} from './parse-template.js';
import { pythonStrip, type StripMethod, stripMethods } from './python-strip.js';

export type RuntimeValue = ReturnType<Interpreter['evaluate']>;

/** About a second of work; a message takes less than a hundred steps. */
const maxSteps = 1_000_000;
/** What the scope of one loop iteration costs beside its statements. */
const stepsPerIteration = 10;
/** Far above any context: 16 Mi characters are some four million tokens. */
const maxCharacters = 2 ** 24;
/** Not an identifier, so no template can use it. */
const currentMessage = ' message';

/** Type of a node that stands for a value already computed. */
const COMPUTED = 'Computed';

export class TemplateInterpreter extends Interpreter {
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
      const computed = this.#evaluateNode(statement, environment);
      const value = this.#template.positions.has(statement) ? this.#written(statement, computed) : computed;
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
    switch (node.type) {
      case COMPUTED:
        return node.value as RuntimeValue;
      case ITERATION_START:
        return this.#startIteration(node.value as readonly string[], environment);
      case ITERATION_END: {
        const own = environment.variables.get(currentMessage)?.value;
        return this.#literal(own ? this.#mark('message', true, Number(own)) : '');
      }
      case 'FilterStatement':
        return isGeneration(node) ? this.#generate(node, environment) : super.evaluate(node, environment);
      case 'BinaryExpression':
        return node.operator?.value === '+'
          ? this.#add(node, environment)
          : super.evaluate(node, environment);
      case 'CallExpression':
        return this.#strip(node, environment) ?? super.evaluate(node, environment);
      default:
        return super.evaluate(node, environment);
    }
  }

  #startIteration(names: readonly string[], environment: Environment): RuntimeValue {
    this.#steps += stepsPerIteration;
    // In Python, what an iteration sets is gone in the next one.
    const kept = new Set([...names, 'loop', 'namespace']);
    for (const name of environment.variables.keys()) if (!kept.has(name)) environment.variables.delete(name);
    const [name] = names;
    const index = name === undefined ? undefined : this.#indices.get(environment.lookupVariable(name));
    // A loop over something else inside a message's own still writes that message.
    environment.variables.set(currentMessage, this.#literal(index === undefined ? '' : String(index)));
    return this.#literal(index === undefined ? '' : this.#mark('message', false, index));
  }

  #generate(node: Node, environment: Environment): RuntimeValue {
    const message = this.#messageAt(environment);
    const block: Node = { type: 'Program', body: node.body ?? [] };
    const { value } = this.evaluate(block, new Environment(environment));
    return this.#literal(
      this.#mark('generation', false, message) + String(value) + this.#mark('generation', true, message),
    );
  }

  /** Text and something else cannot be added in Python; the library writes JSON into the text. */
  #add(node: Node, environment: Environment): RuntimeValue {
    const [left, right] = [this.evaluate(node.left, environment), this.evaluate(node.right, environment)];
    const other = left.type === 'StringValue' ? right : right.type === 'StringValue' ? left : undefined;
    if (other && other.type !== 'StringValue') {
      throw new Error(
        `+: expected text beside text, got ${kindOf(other)}; does the template take such content?`,
      );
    }
    const [leftNode, rightNode] = [left, right].map((value): Node => ({ type: COMPUTED, value })) as [
      Node,
      Node,
    ];
    return super.evaluate({ ...node, left: leftNode, right: rightNode } as Statement, environment);
  }

  #strip({ callee, args }: Node, environment: Environment): RuntimeValue | undefined {
    const method = callee?.property?.value as StripMethod;
    if (callee?.type !== 'MemberExpression' || callee.computed || !stripMethods.includes(method))
      return undefined;
    if (args?.length !== 1) return undefined;
    const text = this.evaluate(callee.object, environment).value;
    const characters = this.evaluate(args[0], environment).value;
    if (typeof text !== 'string' || typeof characters !== 'string') return undefined;
    return this.#literal(pythonStrip(text, method, characters));
  }

  /** What `{{ }}` writes: Python's words for booleans, and nothing that only a mistake writes. */
  #written(node: Node, value: RuntimeValue): RuntimeValue {
    if (node.type === 'Set' || node.type === 'Macro') return value;
    if (value.type === 'BooleanValue') return this.#literal(value.value ? 'True' : 'False');
    if (['NullValue', 'ArrayValue', 'TupleValue', 'ObjectValue'].includes(value.type)) {
      throw new Error(`{{ }}: expected text, got ${kindOf(value)}; does the template take such content?`);
    }
    return value;
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

function kindOf({ type }: RuntimeValue): string {
  const names: Record<string, string> = {
    NullValue: 'none',
    ArrayValue: 'a list',
    TupleValue: 'a tuple',
    ObjectValue: 'an object',
    UndefinedValue: 'nothing',
    BooleanValue: 'a boolean',
    IntegerValue: 'a number',
    FloatValue: 'a number',
  };
  return names[type] ?? type;
}
