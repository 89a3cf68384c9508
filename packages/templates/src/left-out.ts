/**
 * What a turn says and its rendering does not: a call, an argument, text. Thoughts do not count: templates drop them on
 * purpose. Characters are followed, not searched for: a name that the text beside the call happens to hold is no call.
 *
 * A turn that lacks its answer, or half of it, teaches something else and is refused. What many templates leave out on
 * purpose, all of the text beside a call or an argument of it, is said: the rest of the turn is learnt as the model will
 * be asked for it.
 */
import { skipSpace, skipSpaceBack } from './jinja/whitespace.js';
import type { Message, SourceSpan } from './types.js';

/**
 * What must not be missing.
 * @param own what the template wrote of this message's fields
 */
export function leftOut(
  { content, tool_calls: calls = [] }: Message,
  own: readonly SourceSpan[],
): string | undefined {
  const isWritten = writtenIn(own);
  for (const { path, name } of callsOf(calls)) {
    if (typeof name === 'string' && !isWritten(`${path}.name`, name))
      return `the call of ${JSON.stringify(name)} in the turn`;
  }
  if (saidIn(content).every(([key, text]) => isWritten(key, text, answerIn(text)))) return undefined;
  if (calls.length === 0) return 'the content in the turn';
  return own.some(({ field }) => field === 'content')
    ? 'the whole content beside the call in the turn'
    : undefined;
}

/** What a template may leave out, in one line: the text beside a call, or an argument, since some write names alone. */
export function leftOutOnPurpose(
  { content, tool_calls: calls = [] }: Message,
  own: readonly SourceSpan[],
): string | undefined {
  if (calls.length === 0) return undefined;
  const isWritten = writtenIn(own);
  if (!saidIn(content).every(([key, text]) => isWritten(key, text, answerIn(text)))) {
    return 'the template leaves out the content beside the call';
  }
  for (const { path, name, given } of callsOf(calls)) {
    const missing = missingText(given, `${path}.arguments`, isWritten);
    if (missing !== undefined) {
      return `the template leaves out ${JSON.stringify(shortened(missing))}, an argument of the call of ${JSON.stringify(name)}`;
    }
  }
  return undefined;
}

/** The texts of a content from its last thought on, by field and path. */
function saidIn(content: Message['content']): readonly (readonly [key: string, text: string])[] {
  const parts: readonly (readonly [string, string])[] =
    typeof content === 'string'
      ? [['content', content]]
      : (content ?? []).map(({ text = '' }, at) => [`content[${at}].text`, text] as const);
  const last = parts.findLastIndex(([, text]) => text.includes('</think>'));
  return parts.slice(Math.max(0, last));
}

type IsWritten = (key: string, text: string, from?: number) => boolean;

/** Whether the text of a field came out, asked by field and path. */
function writtenIn(own: readonly SourceSpan[]): IsWritten {
  const covered = new Map<string, SourceSpan[]>();
  for (const span of own) {
    const key = span.field + span.path;
    const known = covered.get(key);
    if (known) known.push(span);
    else covered.set(key, [span]);
  }
  return (key, text, from = 0) => holds(covered.get(key) ?? [], text, from);
}

/** Calls in the OpenAI form, or bare functions. */
function callsOf(
  calls: readonly unknown[],
): { readonly path: string; readonly name: unknown; readonly given: unknown }[] {
  return calls.map((call, index) => {
    const { function: given, ...bare } = fieldsOf(call);
    const inner = given === undefined ? undefined : fieldsOf(given);
    const path = `tool_calls[${index}]${inner === undefined ? '' : '.function'}`;
    return { path, name: inner?.name ?? bare.name, given: (inner ?? bare).arguments };
  });
}

/** An object of either form that JSON has here: plain, or a `Map`. */
function fieldsOf(value: unknown): Readonly<Record<string, unknown>> {
  return (value instanceof Map ? Object.fromEntries(value) : (value ?? {})) as Readonly<
    Record<string, unknown>
  >;
}

/** A text among the arguments of a call that is not in the turn. */
function missingText(value: unknown, path: string, isWritten: IsWritten): string | undefined {
  if (typeof value === 'string') return isWritten(path, value) ? undefined : value;
  if (typeof value !== 'object' || value === null) return undefined;
  const entries = Array.isArray(value)
    ? value.map((inner, index): [string, unknown] => [`${path}[${index}]`, inner])
    : [...(value instanceof Map ? value : Object.entries(value))].map(([key, inner]): [string, unknown] => [
        `${path}.${key}`,
        inner,
      ]);
  for (const [key, inner] of entries) {
    const missing = missingText(inner, key, isWritten);
    if (missing !== undefined) return missing;
  }
  return undefined;
}

/** Where the answer begins in a content that holds its thought. */
function answerIn(text: string): number {
  const at = text.lastIndexOf('</think>');
  return at < 0 ? 0 : at + '</think>'.length;
}

/**
 * Whether a text came out, from an offset on and without the whitespace around it; where the template changed characters,
 * any of it will do.
 */
function holds(spans: readonly SourceSpan[], text: string, start: number): boolean {
  const from = skipSpace(text, start);
  const to = skipSpaceBack(text, text.length, from);
  return from >= to || spans.some((span) => span.from < 0) || reaches(spans, from, to);
}

function reaches(spans: readonly SourceSpan[], from: number, to: number): boolean {
  let at = from;
  for (const span of spans.toSorted((a, b) => a.from - b.from)) {
    if (span.from > at) break;
    at = Math.max(at, span.from + span.end - span.start);
  }
  return at >= to;
}

function shortened(text: string): string {
  return text.length > 40 ? `${text.slice(0, 40)}…` : text;
}
