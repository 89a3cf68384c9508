/** Some 5,800 small templates against jinja2 (tools/golden/expressions.py): the same text, or an error where it has one. */
import { describe, expect, it } from 'vitest';
import { ChatTemplate } from '../src/chat-template.js';
import { TemplateRenderError, TemplateSyntaxError } from '../src/errors.js';
import { UnsupportedError } from '../src/jinja/python-error.js';
import type { Message } from '../src/types.js';
import { jinjaPage } from './jinja-page.js';
import { conversationTable, golden } from './templates.js';

interface Case {
  readonly group: string;
  readonly source: string;
  readonly text?: string;
  /** Name of Python's exception. */
  readonly error?: string;
}

const { variables, cases } = golden<{
  readonly variables: Readonly<Record<string, unknown>> & { readonly messages: readonly Message[] };
  readonly cases: readonly Case[];
}>('expressions');

const CASES = 5775;
/** What jinja2 renders, and this engine refuses by name. */
const REFUSED = 111;

/** Why, and how often the cases ask for it. */
const refusals: readonly (readonly [RegExp, number])[] = [
  [/the filter urlize is not supported/, 29],
  [/the filter wordwrap is not supported/, 29],
  [/the filter pprint is not supported/, 19],
  [/autoescape: expected false/, 14],
  [/(translate|maketrans): expected replace/, 9],
  [/expected .*, got dict_keys/, 3],
  [/expected a template that stands alone, got {% (include|extends) %}/, 2],
  [/(hex|to_bytes) is not supported|encode: expected text/, 3],
  [/got a function, which Python writes with its address/, 1],
  [/expected a real number, got a complex one/, 1],
  [/got a character's name/, 1],
];

interface Outcome {
  readonly text?: string;
  /** The error's message. */
  readonly error?: string;
  readonly isRefused?: boolean;
}

/** What is neither a text nor an error of this package is an error of the test. */
function outcome(source: string): Outcome {
  const { messages, ...rest } = variables;
  try {
    const template = ChatTemplate.fromSource(source, { now: () => new Date(conversationTable.clock) });
    return { text: template.renderText({ messages }, { variables: rest }) };
  } catch (error) {
    if (!(error instanceof TemplateRenderError || error instanceof TemplateSyntaxError)) throw error;
    return { error: error.message, isRefused: isUnsupported(error) };
  }
}

/** A fault in a source has the reason behind it. */
function isUnsupported(error: unknown): boolean {
  return error instanceof Error && (error instanceof UnsupportedError || isUnsupported(error.cause));
}

const found = cases.map((one) => ({ ...one, outcome: outcome(one.source) }));
const refused = found.filter(({ text, outcome: { isRefused } }) => text !== undefined && isRefused);

describe('small templates', () => {
  it.each([...new Set(cases.map(({ group }) => group))])('%s', (group) => {
    const different = found
      .filter((one) => one.group === group && !refused.includes(one))
      .filter(({ text, outcome: mine }) =>
        text === undefined ? mine.text !== undefined : mine.text !== text,
      )
      .map(({ source, text, error, outcome: mine }) => ({
        source,
        expected: text === undefined ? `an error, as ${error}` : JSON.stringify(text),
        got: mine.text === undefined ? mine.error : JSON.stringify(mine.text),
      }));
    expect(different).toEqual([]);
  });

  it(`are ${CASES}, of which ${REFUSED} are refused by name`, () => {
    expect(found).toHaveLength(CASES);
    expect(refused).toHaveLength(REFUSED);
  });

  it('are counted in docs/jinja.md', async () => {
    const page = jinjaPage(
      found.map(({ outcome: mine, ...one }) => ({
        ...one,
        written: mine.text,
        error: mine.error,
        isRefused: one.text !== undefined && mine.isRefused === true,
      })),
    );
    await expect(page).toMatchFileSnapshot('../../../docs/jinja.md');
  });

  it.each(refusals)('%s is refused %i times, and nothing else', (words, count) => {
    expect(refused.filter(({ outcome: { error } }) => words.test(error!))).toHaveLength(count);
    const isKnown = (error: string): boolean => refusals.some(([known]) => known.test(error));
    expect(refused.filter(({ outcome: { error } }) => !isKnown(error!))).toEqual([]);
  });
});
