/**
 * Tokens -> syntax tree, by the grammar of jinja2's parser, with the extensions of Hugging Face: `break`, `continue` and
 * `{% generation %}`. What needs a loader of other templates (`include`, `import`, `extends`) is refused by name.
 */
import { ExpressionParser, parseTuple } from './expression-parser.js';
import { normalizeSource, tokenize } from './lexer.js';
import { undeclaredIn } from './names.js';
import type { Expression, Parameter, Signature, Statement, Target } from './syntax.js';
import { TemplateFault } from './template-fault.js';

/** Longest source, in characters: a hundred times the longest of the field. */
const MAX_SOURCE = 2 ** 20;
/** Blocks in blocks. */
const MAX_NESTING = 200;

const KNOWN = [
  'for',
  'if',
  'set',
  'macro',
  'call',
  'filter',
  'with',
  'block',
  'autoescape',
  'print',
  'raw',
  'generation',
  'break',
  'continue',
];
const NEEDS_LOADER = 'include from import extends'.split(' ');

export interface ParsedSource {
  /** The source with line feeds for line ends: what offsets count in. */
  readonly source: string;
  readonly body: readonly Statement[];
  /** Whether it holds `{% generation %}` blocks. */
  readonly marksGeneration: boolean;
}

/** @throws {TemplateFault} with the place */
export function parseSource(text: string): ParsedSource {
  const source = normalizeSource(text);
  if (source.length > MAX_SOURCE) {
    throw new TemplateFault(`expected a source of at most ${MAX_SOURCE} characters, got ${source.length}`, 0);
  }
  const parser = new Parser(new ExpressionParser(tokenize(source)));
  const body = parser.parse();
  return { source, body, marksGeneration: parser.marksGeneration };
}

class Parser {
  marksGeneration = false;
  #depth = 0;
  /** Loops that a `break` could leave. */
  #loops = 0;
  /** Loops around, those outside of a macro included. */
  #loopsAround = 0;
  readonly #blocks = new Set<string>();
  #scopedBlocks = 0;
  /** Blocks that are open: their word and offset. */
  readonly #open: { readonly word: string; readonly offset: number }[] = [];

  readonly stream: ExpressionParser;

  constructor(stream: ExpressionParser) {
    this.stream = stream;
  }

  parse(): Statement[] {
    const body = this.#statements([]);
    return body;
  }

  /** Statements up to one of the words that end a block; the word is the current token then. */
  #statements(ends: readonly string[]): Statement[] {
    const { stream } = this;
    this.#depth += 1;
    if (this.#depth > MAX_NESTING)
      throw new TemplateFault(
        `expected at most ${MAX_NESTING} blocks inside each other, got more`,
        stream.current.offset,
      );
    const body: Statement[] = [];
    for (;;) {
      const { type, value, offset } = stream.current;
      if (type === 'eof') {
        const last = this.#open.at(-1);
        if (last)
          throw new TemplateFault(
            `expected {% end${last.word} %} before the end of the template, got none; close the block opened here`,
            last.offset,
          );
        break;
      }
      stream.next();
      if (type === 'data') {
        body.push({ kind: 'data', text: value, offset });
      } else if (type === 'variable_begin') {
        const output = parseTuple(stream);
        stream.expectType('variable_end');
        body.push({ kind: 'output', value: output, offset });
      } else {
        if (stream.current.type === 'name' && ends.includes(stream.current.value)) break;
        body.push(...this.#statement(offset));
        stream.expectType('block_end');
      }
    }
    this.#depth -= 1;
    return body;
  }

  /** The body of a block, from the end of its tag to its end word, which is taken. */
  #block(
    word: string,
    offset: number,
    ends: readonly string[] = [`end${word}`],
  ): { body: Statement[]; end: string } {
    const { stream } = this;
    stream.skipOperator(':');
    stream.expectType('block_end');
    this.#open.push({ word, offset });
    const body = this.#statements(ends);
    this.#open.pop();
    return { body, end: stream.next().value };
  }

  #statement(offset: number): Statement[] {
    const { stream } = this;
    const token = stream.current;
    if (token.type !== 'name') throw stream.unexpected('the name of a statement');
    const word = token.value;
    const { note } = stream.before;
    stream.next();
    switch (word) {
      case 'if':
        return [this.#if(offset)];
      case 'for':
        return [this.#for(offset)];
      case 'set':
        return [this.#set(offset)];
      case 'print':
        return this.#print(offset);
      case 'macro': {
        const name = this.#name();
        return [{ kind: 'macro', macro: this.#signature(name, 'macro', offset, this.#parameters()), offset }];
      }
      case 'call': {
        const parameters = stream.isOperator('(') ? this.#parameters() : [];
        const call = stream.expression();
        if (call.kind !== 'call') throw new TemplateFault('call: expected the call of a macro', offset);
        return [
          { kind: 'callBlock', call, caller: this.#signature('caller', 'call', offset, parameters), offset },
        ];
      }
      case 'filter': {
        const filter = stream.filters(undefined, true)!;
        return [{ kind: 'filterBlock', filter, body: this.#block('filter', offset).body, offset }];
      }
      case 'with':
        return [this.#with(offset)];
      case 'block':
        return [this.#namedBlock(offset)];
      case 'autoescape': {
        const autoescape = stream.expression();
        const { body } = this.#block('autoescape', offset);
        return [{ kind: 'scope', block: undefined, autoescape, body, offset }];
      }
      case 'generation': {
        this.marksGeneration = true;
        const { body } = this.#outsideOfLoops(() => this.#block('generation', offset));
        const hides = [...undeclaredIn(body, ['caller', 'varargs', 'kwargs'])];
        return [{ kind: 'generation', says: note, hides, body, offset }];
      }
      case 'break':
      case 'continue':
        if (this.#loops === 0)
          throw new TemplateFault(`expected {% ${word} %} inside of a loop, got it outside`, offset);
        return [{ kind: word, offset }];
    }
    throw this.#unknown(word, offset);
  }

  #unknown(word: string, offset: number): TemplateFault {
    if (NEEDS_LOADER.includes(word))
      return TemplateFault.unsupported(`expected a template that stands alone, got {% ${word} %}`, offset);
    const last = this.#open.at(-1);
    if (/^(end|el)/.test(word)) {
      const expected = last ? `{% end${last.word} %}` : 'no closing tag, for no block is open';
      return new TemplateFault(`expected ${expected}, got {% ${word} %}; check the nesting`, offset);
    }
    return new TemplateFault(
      `expected one of the statements ${KNOWN.join(', ')}, got ${JSON.stringify(word)}`,
      offset,
    );
  }

  #if(offset: number): Statement {
    const branches: { test: Expression; body: Statement[] }[] = [];
    for (;;) {
      const test = parseTuple(this.stream, { conditional: false });
      const { body, end } = this.#block('if', offset, ['elif', 'else', 'endif']);
      branches.push({ test, body });
      if (end === 'elif') continue;
      const otherwise = end === 'else' ? this.#block('if', offset).body : [];
      return { kind: 'if', branches, otherwise, offset };
    }
  }

  #for(offset: number): Statement {
    const { stream } = this;
    this.#loopsAround += 1;
    const target = this.#targets();
    stream.expectName('in');
    const items = parseTuple(stream, { conditional: false });
    const test = stream.skipName('if') ? stream.expression() : undefined;
    const isRecursive = stream.skipName('recursive');
    this.#loops += 1;
    const scopedBefore = this.#scopedBlocks;
    const { body, end } = this.#block('for', offset, ['endfor', 'else']);
    this.#loops -= 1;
    const last = (): Statement[] => this.#block('for', offset).body;
    // In Python, a recursive loop is a function of its own.
    const otherwise = end !== 'else' ? [] : isRecursive ? this.#outsideOfLoops(last) : last();
    this.#loopsAround -= 1;
    const readsLoop = undeclaredIn(body, ['loop']).has('loop') || this.#scopedBlocks > scopedBefore;
    return { kind: 'for', target, items, test, isRecursive, body, otherwise, readsLoop, offset };
  }

  /** In Python, what is parsed here is a function: a loop outside cannot be left. */
  #outsideOfLoops<T>(parse: () => T): T {
    const loops = this.#loops;
    this.#loops = 0;
    const parsed = parse();
    this.#loops = loops;
    return parsed;
  }

  #namedBlock(offset: number): Statement {
    const { stream } = this;
    const name = stream.expectType('name').value;
    if (this.#blocks.has(name))
      throw new TemplateFault(`expected each block once, got ${name} again`, offset);
    this.#blocks.add(name);
    const isScoped = stream.skipName('scoped');
    if (isScoped) this.#scopedBlocks += 1;
    const isRequired = stream.skipName('required');
    const { body } = this.#outsideOfLoops(() => this.#block('block', offset));
    const isBlank = body.every((statement) => statement.kind === 'data' && /^\s*$/.test(statement.text));
    if (isRequired && !isBlank)
      throw new TemplateFault(
        `expected nothing in the block ${name}, since it is required of another`,
        offset,
      );
    stream.skipName(name);
    return { kind: 'scope', block: { name, isScoped, isRequired }, autoescape: undefined, body, offset };
  }

  #set(offset: number): Statement {
    const { stream } = this;
    const target = this.#targets({ mayBeField: true, isStored: true });
    if (stream.skipOperator('=')) return { kind: 'set', target, value: parseTuple(stream), offset };
    const filter = stream.filters(undefined, false);
    return { kind: 'setBlock', target, filter, body: this.#block('set', offset).body, offset };
  }

  #print(offset: number): Statement[] {
    const { stream } = this;
    const outputs: Statement[] = [];
    while (stream.current.type !== 'block_end') {
      if (outputs.length > 0) stream.expectOperator(',');
      outputs.push({ kind: 'output', value: stream.expression(), offset });
    }
    return outputs;
  }

  #with(offset: number): Statement {
    const { stream } = this;
    const bindings: [Target, Expression][] = [];
    while (stream.current.type !== 'block_end') {
      if (bindings.length > 0) stream.expectOperator(',');
      const target = this.#targets({ isStored: false });
      stream.expectOperator('=');
      bindings.push([target, stream.expression()]);
    }
    return { kind: 'with', bindings, body: this.#block('with', offset).body, offset };
  }

  #parameters(): Parameter[] {
    const { stream } = this;
    const parameters: Parameter[] = [];
    stream.expectOperator('(');
    while (!stream.isOperator(')')) {
      if (parameters.length > 0) stream.expectOperator(',');
      const { offset } = stream.current;
      const name = this.#name();
      if (parameters.some((other) => other.name === name))
        throw new TemplateFault(`expected each parameter once, got ${name} again`, offset);
      const fallback = stream.skipOperator('=') ? stream.expression() : undefined;
      if (!fallback && parameters.at(-1)?.fallback) {
        throw new TemplateFault(
          `expected a default for ${name}, since the parameter before it has one`,
          offset,
        );
      }
      parameters.push({ name, fallback });
    }
    stream.expectOperator(')');
    return parameters;
  }

  #signature(
    name: string,
    word: 'macro' | 'call',
    offset: number,
    parameters: readonly Parameter[],
  ): Signature {
    const { body } = this.#outsideOfLoops(() => this.#block(word, offset));
    const reads = undeclaredIn(body, ['caller', 'varargs', 'kwargs']);
    const ownOf = (special: string): Parameter | undefined =>
      parameters.find((parameter) => parameter.name === special);
    const has = (special: string): boolean => reads.has(special) && !ownOf(special);
    if (reads.has('caller') && ownOf('caller') && !ownOf('caller')!.fallback)
      throw new TemplateFault('expected a parameter caller to have a default, or none of that name', offset);
    return {
      name,
      parameters,
      body,
      readsCaller: has('caller'),
      readsVarargs: has('varargs'),
      readsKwargs: has('kwargs'),
    };
  }

  /** A name that a template may give. */
  #name(): string {
    const { value: name, offset } = this.stream.expectType('name');
    if (['true', 'false', 'none', 'True', 'False', 'None'].includes(name))
      throw new TemplateFault(`expected a name to assign to, got ${name}`, offset);
    return name;
  }

  /** One target, or several with commas between them. */
  #targets(options: TargetOptions = {}): Target {
    const { stream } = this;
    const targets: Target[] = [];
    let isTuple = false;
    while (stream.current.type !== 'block_end' && !stream.isOperator(')')) {
      targets.push(this.#target(options));
      if (!stream.skipOperator(',')) break;
      isTuple = true;
    }
    if (targets.length === 0 && !options.isInParentheses) throw stream.unexpected('a name');
    return isTuple || targets.length === 0 ? { kind: 'targets', targets } : targets[0]!;
  }

  #target({ mayBeField = false, isStored = true }: TargetOptions): Target {
    const { stream } = this;
    if (stream.skipOperator('(')) {
      const inner = this.#targets({ isStored, isInParentheses: true });
      stream.expectOperator(')');
      return inner;
    }
    const { offset } = stream.current;
    const name = this.#name();
    if (mayBeField && stream.skipOperator('.'))
      return { kind: 'field', namespace: name, name: stream.expectType('name').value };
    if (isStored && name === 'loop' && this.#loopsAround > 0)
      throw new TemplateFault('expected another name than loop, which a loop has itself', offset);
    return { kind: 'name', name };
  }
}

interface TargetOptions {
  /** Whether it may be a field of a namespace. */
  readonly mayBeField?: boolean;
  /** False where it only names what a block is given. */
  readonly isStored?: boolean;
  readonly isInParentheses?: boolean;
}
