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
import { findLostOutput } from './find-lost-output.js';
import { scanTags, type Tag } from './scan-tags.js';

export type Statement = NonNullable<Parameters<Interpreter['evaluate']>[0]>;
type Program = ReturnType<typeof parse>;
type Token = Parameters<typeof parse>[0][number];

/** A syntax tree node of any kind, as far as we look at it. */
export interface Node extends Statement {
  body?: Statement[];
  alternate?: Statement[];
  defaultBlock?: Statement[];
  loopvar?: Statement & { value?: unknown };
  filter?: Statement & { value?: unknown };
  value?: unknown;
  operator?: { value: string };
  left?: Statement;
  right?: Statement;
  callee?: Node;
  object?: Statement;
  property?: Node;
  computed?: boolean;
  args?: Statement[];
}

/** Type of the statement put at the start and at the end of each loop's body. */
export const ITERATION_START = 'IterationStart';
export const ITERATION_END = 'IterationEnd';

export interface ParsedTemplate {
  readonly name: string;
  readonly source: string;
  readonly program: Program;
  /** UTF-16 offset of a statement's tag in the source. */
  readonly positions: WeakMap<object, number>;
  /** Whether the source holds `{% generation %}` blocks. */
  readonly marksGeneration: boolean;
}

/** As many characters as `generation` and `endgeneration` have; no template names a filter so. */
const generationFilter = '___';
const replacement = { generation: `filter ${generationFilter}`, endgeneration: 'endfilter    ' } as const;

/** Whether a node is a `{% generation %}` block. */
export function isGeneration(node: Node): boolean {
  return node.type === 'FilterStatement' && node.filter?.value === generationFilter;
}

/** @throws {TemplateSyntaxError} with line, column and caret */
export function parseTemplate(source: string, name: string): ParsedTemplate {
  const tags = scanTags(source);
  const prepared = keepGenerationTags(source, tags);
  const positions = new WeakMap<object, number>();
  let program: Program;
  try {
    program = parse(markPositions(tokenize(prepared, lexerOptions), tags));
    program.body = instrument(program.body, positions);
  } catch (cause) {
    const { message, offset } = explainSyntaxError(source, prepared, cause);
    throw new TemplateSyntaxError(`template syntax: ${message}`, { template: name, source, offset, cause });
  }
  const marksGeneration = tags.some(({ word }) => word === 'generation');
  const template: ParsedTemplate = { name, source, program, positions, marksGeneration };
  const lost = findLostOutput(template);
  if (lost !== undefined) {
    throw new TemplateSyntaxError(
      'template syntax: expected break and continue before the iteration writes anything, got text before it, ' +
        'which would be lost; use {% if %} and {% else %}',
      { template: name, source, offset: lost },
    );
  }
  return template;
}

function keepGenerationTags(source: string, tags: readonly Tag[]): string {
  let prepared = '';
  let copied = 0;
  for (const { word, start } of tags) {
    if (word !== 'generation' && word !== 'endgeneration') continue;
    const at = source.indexOf(word, start);
    prepared += source.slice(copied, at) + replacement[word];
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

/** Takes comments out, notes positions, and puts message marks around what each loop repeats. */
function instrument(statements: readonly Statement[], positions: WeakMap<object, number>): Statement[] {
  const kept: Statement[] = [];
  let offset: number | undefined;
  for (const statement of statements as readonly Node[]) {
    if (statement.type === 'Comment') {
      const value = String(statement.value);
      offset = value.startsWith('\0') ? Number(value.slice(1)) : offset;
      continue;
    }
    if (offset !== undefined) positions.set(statement, offset);
    offset = undefined;
    for (const block of ['body', 'alternate', 'defaultBlock'] as const) {
      const inner = statement[block];
      if (inner) statement[block] = instrument(inner, positions);
    }
    if (statement.type === 'For') {
      const start: Node = { type: ITERATION_START, value: loopVariables(statement) };
      const end: Node = { type: ITERATION_END };
      statement.body = [start, ...(statement.body ?? []), end];
    }
    kept.push(statement);
  }
  return kept;
}

/** `message` of `for message in messages`; several names where a loop takes tuples apart. */
function loopVariables(loop: Node): string[] {
  const { loopvar } = loop;
  const names = loopvar?.type === 'TupleLiteral' ? (loopvar.value as Node[]) : [loopvar];
  return names.map((name) => String(name?.value));
}
