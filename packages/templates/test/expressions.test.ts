/** Some 5,800 small templates against jinja2 (tools/golden/expressions.py): the same text, or an error where it has one. */
import { describe, expect, it } from 'vitest';
import { ChatTemplate } from '../src/chat-template.js';
import { TemplateRenderError, TemplateSyntaxError } from '../src/errors.js';
import type { Message } from '../src/types.js';
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

/** What jinja2 can do and this engine refuses by name; how often the cases ask for it. */
const refused: readonly (readonly [RegExp, number])[] = [
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

/** The text, or the error's message; what is neither is an error of the test. */
function outcome(source: string): { readonly text?: string; readonly error?: string } {
  const { messages, ...rest } = variables;
  try {
    const template = ChatTemplate.fromSource(source, { now: () => new Date(conversationTable.clock) });
    return { text: template.renderText({ messages }, { variables: rest }) };
  } catch (error) {
    if (error instanceof TemplateRenderError || error instanceof TemplateSyntaxError)
      return { error: error.message };
    throw error;
  }
}

const found = cases.map((one) => ({ ...one, outcome: outcome(one.source) }));

describe('small templates', () => {
  it.each([...new Set(cases.map(({ group }) => group))])('%s', (group) => {
    for (const { source, text, error, outcome: mine } of found.filter((one) => one.group === group)) {
      if (text === undefined) expect(mine.error, `${source} raises ${error}`).toBeDefined();
      else if (mine.error === undefined) expect(mine.text, source).toBe(text);
      else
        expect(
          refused.some(([words]) => words.test(mine.error!)),
          `${source}: ${mine.error}`,
        ).toBe(true);
    }
  });

  it.each(refused)('%s is asked for %i times', (words, count) => {
    const said = found.filter(
      ({ text, outcome: mine }) => text !== undefined && words.test(mine.error ?? ''),
    );
    expect(said).toHaveLength(count);
  });
});
