/**
 * Source -> syntax tree that knows where its statements stand, what `{% generation %}` surrounds, and
 * which message a loop is at.
 *
 * @huggingface/jinja removes generation tags from the source before it parses. Each tag is therefore
 * rewritten, length for length, to a filter block with a reserved name: whitespace control works on it as on
 * any tag, offsets stay what they were, and the interpreter sees the block. Positions ride along as
 * comment tokens, which the parser keeps.
 */
import { type Interpreter, parse, tokenize } from '@huggingface/jinja';
import { TemplateSyntaxError } from './errors.js';
import { explainSyntaxError, lexerOptions } from './explain-syntax-error.js';
import { scanTags, type Tag } from './scan-tags.js';
import type { GenerationKind } from './types.js';

export type Statement = NonNullable<Parameters<Interpreter['evaluate']>[0]>;
type Program = ReturnType<typeof parse>;
type Token = Parameters<typeof parse>[0][number];

/** A syntax tree node of any kind, as far as we look at it. */
export interface Node extends Statement {
  body?: Statement[];
  alternate?: Statement[];
  defaultBlock?: Statement[];
  loopvar?: Node;
  iterable?: Node;
  test?: Node;
  negate?: boolean;
  lhs?: Statement;
  filter?: Node;
  operand?: Statement;
  value?: unknown;
  operator?: { value: string };
  argument?: Statement;
  left?: Statement;
  right?: Statement;
  callee?: Node;
  object?: Statement;
  property?: Node;
  computed?: boolean;
  args?: Statement[];
  name?: Node;
  key?: Node;
  /** UTF-16 offset of a statement's tag in the source. */
  offset?: number;
  /** Whether a loop's body reads `loop`. */
  readsLoop?: boolean;
  /** Whether a macro has no use for `caller`, `varargs` and `kwargs`. */
  isPlain?: boolean;
}

export interface ParsedTemplate {
  readonly name: string;
  readonly source: string;
  readonly program: Program;
  /** Whether the source holds `{% generation %}` blocks. */
  readonly marksGeneration: boolean;
}

/**
 * Names of filters, as many characters long as the tags leave room for; no template names one so. A comment
 * that is the first thing in a block says what the block writes: `{% generation %}{# reasoning #}`.
 */
const filters: Readonly<Record<string, GenerationKind | undefined>> = {
  ___: undefined,
  _c_: 'content',
  _r_: 'reasoning',
  _t_: 'toolCall',
  _e_: 'endOfTurn',
};

/** Whether a node is a `{% generation %}` block. */
export function isGeneration({ type, filter }: Node): boolean {
  return type === 'FilterStatement' && Object.hasOwn(filters, String(filter?.value));
}

/** What a generation block says that it writes. */
export const kindOfGeneration = ({ filter }: Node): GenerationKind | undefined =>
  filters[String(filter?.value)];

/** @throws {TemplateSyntaxError} with line, column and caret */
export function parseTemplate(source: string, name: string): ParsedTemplate {
  const tags = scanTags(source);
  const prepared = keepGenerationTags(source, tags);
  let program: Program;
  try {
    program = parse(markPositions(tokenize(prepared, lexerOptions), tags));
    program.body = annotate(program.body);
  } catch (cause) {
    const { message, offset } = explainSyntaxError(source, prepared, cause);
    throw new TemplateSyntaxError(`template syntax: ${message}`, { template: name, source, offset, cause });
  }
  const marksGeneration = tags.some(({ word }) => word === 'generation');
  return { name, source, program, marksGeneration };
}

function keepGenerationTags(source: string, tags: readonly Tag[]): string {
  let prepared = '';
  let copied = 0;
  for (const [index, { word, start, end }] of tags.entries()) {
    if (word !== 'generation' && word !== 'endgeneration') continue;
    const at = source.indexOf(word, start);
    const next = tags[index + 1];
    const first = next?.open === '{#' && source.slice(end, next.start).trim() === '' ? next : undefined;
    const says = first
      ? source
          .slice(first.start + 2, first.end - 2)
          .replace(/^-|-$/g, '')
          .trim()
      : '';
    const filter = Object.keys(filters).find((name) => filters[name] === says) ?? '___';
    prepared += source.slice(copied, at) + (word === 'generation' ? `filter ${filter}` : 'endfilter    ');
    copied = at + word.length;
  }
  return prepared + source.slice(copied);
}

/** A comment token with the tag's offset before each statement and expression. */
function markPositions(tokens: readonly Token[], tags: readonly Tag[]): Token[] {
  const marked: Token[] = [];
  let tag = 0;
  for (const token of tokens) {
    if (token.type === 'OpenStatement' || token.type === 'OpenExpression') {
      marked.push({ type: 'Comment', value: `\0${tags[tag]?.start ?? 0}` });
      tag += 1;
    } else if (token.type === 'Comment') {
      tag += 1;
    }
    marked.push(token);
  }
  return marked;
}

/** Takes comments out, and notes where statements stand. */
function annotate(statements: readonly Statement[]): Statement[] {
  const kept: Statement[] = [];
  let offset: number | undefined;
  for (const statement of statements as readonly Node[]) {
    if (statement.type === 'Comment') {
      const value = String(statement.value);
      offset = value.startsWith('\0') ? Number(value.slice(1)) : offset;
      continue;
    }
    if (offset !== undefined) statement.offset = offset;
    offset = undefined;
    for (const block of ['body', 'alternate', 'defaultBlock'] as const) {
      const inner = statement[block];
      if (inner) statement[block] = annotate(inner);
    }
    if (statement.type === 'For') statement.readsLoop = isNamed(statement.body, ['loop']);
    if (statement.type === 'Macro')
      statement.isPlain = !isNamed(statement.body, ['caller', 'varargs', 'kwargs']);
    // The library runs these itself, as one block.
    if (statement.type === 'CallStatement' || statement.isPlain === false) {
      statement.body = [Object.assign(parse([]), { body: statement.body ?? [] })];
    }
    kept.push(statement);
  }
  return kept;
}

/** Whether a part of a syntax tree reads one of the names. */
function isNamed(node: unknown, names: readonly string[]): boolean {
  if (typeof node !== 'object' || node === null) return false;
  const { type, value } = node as Partial<Node>;
  if (type === 'Identifier' && names.includes(String(value))) return true;
  const inner = node instanceof Map ? [...node.entries()] : Object.values(node);
  return inner.some((part) => isNamed(part, names));
}
