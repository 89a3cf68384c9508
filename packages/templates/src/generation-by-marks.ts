/**
 * Where generation blocks stand, found in another way than the engine's own record: each block writes a private-use
 * character before and behind its text, and the two are looked up in what comes out. Who proves a mask asks here.
 */
import type { Statement } from './jinja/syntax.js';
import type { ParsedTemplate } from './parse-template.js';
import { type RunInput, runTemplate } from './run-template.js';
import type { Span } from './types.js';

const OPEN = '\ue0f0';
const CLOSE = '\ue0f1';

const variants = new WeakMap<ParsedTemplate, ParsedTemplate>();

/** Blocks in order, neighbours as one; undefined where marks change the text, or a message holds such a character. */
export function generationByMarks(
  template: ParsedTemplate,
  input: RunInput,
  text: string,
): Span[] | undefined {
  if (text.includes(OPEN) || text.includes(CLOSE)) return undefined;
  let variant = variants.get(template);
  if (!variant) {
    variant = { ...template, parsed: { ...template.parsed, body: template.parsed.body.map(marked) } };
    variants.set(template, variant);
  }
  const spans: { start: number; end: number }[] = [];
  let plain = '';
  let depth = 0;
  for (const piece of runTemplate(variant, input).text.split(/([\ue0f0\ue0f1])/u)) {
    if (piece === OPEN) {
      if (depth === 0 && spans.at(-1)?.end !== plain.length)
        spans.push({ start: plain.length, end: plain.length });
      depth += 1;
    } else if (piece === CLOSE) {
      depth -= 1;
      if (depth === 0) spans.at(-1)!.end = plain.length;
    } else {
      plain += piece;
    }
  }
  return plain === text && depth === 0 ? spans.filter(({ start, end }) => end > start) : undefined;
}

/** A statement whose generation blocks write marks. */
function marked(statement: Statement): Statement {
  const { offset } = statement;
  switch (statement.kind) {
    case 'generation':
      return {
        ...statement,
        body: [
          { kind: 'data', text: OPEN, offset },
          ...statement.body.map(marked),
          { kind: 'data', text: CLOSE, offset },
        ],
      };
    case 'if':
      return {
        ...statement,
        branches: statement.branches.map((branch) => ({ ...branch, body: branch.body.map(marked) })),
        otherwise: statement.otherwise.map(marked),
      };
    case 'for':
      return { ...statement, body: statement.body.map(marked), otherwise: statement.otherwise.map(marked) };
    case 'macro':
      return { ...statement, macro: { ...statement.macro, body: statement.macro.body.map(marked) } };
    case 'callBlock':
      return { ...statement, caller: { ...statement.caller, body: statement.caller.body.map(marked) } };
    case 'setBlock':
    case 'filterBlock':
    case 'with':
    case 'scope':
      return { ...statement, body: statement.body.map(marked) };
    default:
      return statement;
  }
}
