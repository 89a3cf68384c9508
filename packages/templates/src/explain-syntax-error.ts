/**
 * What is wrong with a source that @huggingface/jinja refuses, and where. The library reports no
 * positions, so they are found again here, on the error path only.
 */
import { parse, tokenize } from '@huggingface/jinja';
import { endOfString, scanTags, type Tag } from './scan-tags.js';

/** Hugging Face's settings. */
export const lexerOptions = { trim_blocks: true, lstrip_blocks: true };

type Tokens = Parameters<typeof parse>[0];

export interface SyntaxFinding {
  readonly message: string;
  /** UTF-16 offset into the source. */
  readonly offset: number;
}

/**
 * @param source the template as its author wrote it, for the blocks' names
 * @param prepared the same source, of the same length, as it was given to the parser
 */
export function explainSyntaxError(source: string, prepared: string, cause: unknown): SyntaxFinding {
  const tags = scanTags(source);
  const reason = cause instanceof Error ? cause.message : String(cause);
  return (
    unclosedTag(tags) ??
    misplacedBlock(source, tags) ??
    lexerFailure(prepared, tags) ??
    parserFailure(prepared, reason) ?? { message: reason, offset: 0 }
  );
}

function unclosedTag(tags: readonly Tag[]): SyntaxFinding | undefined {
  const tag = tags.at(-1);
  if (!tag || tag.closed) return undefined;
  const delimiter = { '{%': '%}', '{{': '}}', '{#': '#}' }[tag.open];
  return {
    message: `expected ${delimiter} before the end of the template, got none; close the tag opened here`,
    offset: tag.start,
  };
}

const blocks = ['if', 'for', 'macro', 'call', 'filter', 'set', 'generation'];
const ends = new Map(blocks.map((word) => [`end${word}`, word]));
const plain = ['elif', 'else', 'break', 'continue'];

function misplacedBlock(source: string, tags: readonly Tag[]): SyntaxFinding | undefined {
  const open: Tag[] = [];
  for (const tag of tags) {
    if (tag.open !== '{%' || plain.includes(tag.word)) continue;
    const closes = ends.get(tag.word);
    if (closes !== undefined) {
      const last = open.pop();
      if (last?.word !== closes) {
        const expected = last ? `{% end${last.word} %}` : 'no closing tag, for no block is open';
        return {
          message: `expected ${expected}, got {% ${tag.word} %}; check the nesting`,
          offset: tag.start,
        };
      }
    } else if (!blocks.includes(tag.word)) {
      const known = [...blocks, ...plain].join(', ');
      return { message: `expected one of the statements ${known}, got "${tag.word}"`, offset: tag.start };
    } else if (tag.word !== 'set' || !source.slice(tag.start, tag.end).includes('=')) {
      open.push(tag);
    }
  }
  const last = open.at(-1);
  return last
    ? {
        message: `expected {% end${last.word} %} before the end of the template, got none; close the block opened here`,
        offset: last.start,
      }
    : undefined;
}

/** The first tag with which the lexer fails. */
function lexerFailure(prepared: string, tags: readonly Tag[]): SyntaxFinding | undefined {
  for (const tag of tags) {
    try {
      tokenize(prepared.slice(0, tag.end), lexerOptions);
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      const character = /^Unexpected character: (.)/u.exec(message)?.[1];
      const at = character === undefined ? -1 : prepared.indexOf(character, tag.start);
      return { message, offset: at === -1 ? tag.start : at };
    }
  }
  return undefined;
}

/** The token that the parser read last before it failed. */
function parserFailure(prepared: string, reason: string): SyntaxFinding | undefined {
  const tokens = tokenize(prepared, lexerOptions);
  let last = 0;
  const watched = new Proxy(tokens, {
    get(target, key, receiver) {
      if (typeof key === 'string' && /^\d+$/.test(key)) last = Math.max(last, Number(key));
      return Reflect.get(target, key, receiver) as unknown;
    },
  });
  try {
    parse(watched);
  } catch {
    // `is` and `expect` read one token past what they report only at the end of a tag: the last token
    // read is the one that does not fit.
    return { message: reason, offset: offsetOfToken(prepared, tokens, last) };
  }
  return undefined;
}

/** Offset of a lexer token: its tag is the n-th one, and inside a tag the tokens follow each other. */
function offsetOfToken(prepared: string, tokens: Tokens, index: number): number {
  const isOpening = (type: string): boolean => type.startsWith('Open') && /Statement|Expression/.test(type);
  const target = Math.min(index, tokens.length - 1);
  const tagIndex =
    tokens.slice(0, target + 1).filter(({ type }) => isOpening(type) || type === 'Comment').length - 1;
  const tag = scanTags(prepared)[tagIndex];
  if (!tag) return 0;
  if (tokens[target]?.type === 'Text') return tag.end;
  let first = target;
  while (first > 0 && !isOpening(tokens[first]?.type ?? '')) first -= 1;
  let at = tag.start;
  for (let next = first; next < target; next += 1) {
    const { type, value } = tokens[next]!;
    if (isOpening(type)) at += prepared[at + 2] === '-' ? 3 : 2;
    else at = type === 'StringLiteral' ? endOfString(prepared, at) : at + value.length;
    while (/\s/.test(prepared[at] ?? '')) at += 1;
  }
  return at;
}
