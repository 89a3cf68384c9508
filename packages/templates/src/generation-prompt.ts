/** What asks for a turn: renderings of the messages before it. */
import { TemplateError } from './errors.js';
import type { ParsedTemplate } from './parse-template.js';
import { type RunInput, runTemplate } from './run-template.js';
import { type Trace, traceTemplate } from './trace-template.js';
import type { Message } from './types.js';

/** A conversation whose answer is asked for: where a turn has no message before it. */
const question: readonly Message[] = [{ role: 'user', content: 'question' }];

export interface Prompt {
  /** The messages before the turn, with the generation prompt. */
  readonly text: string;
  /** What the generation prompt added; rendered when somebody asks. */
  readonly added: string;
}

/** The prompt for a message; undefined where the template does not take what stands before it. */
export function promptFor(
  template: ParsedTemplate,
  input: RunInput,
  message: number,
  variables?: Readonly<Record<string, unknown>>,
): Prompt | undefined {
  const messages = message === 0 ? question : input.messages.slice(0, message);
  const render = (addGenerationPrompt: boolean): string =>
    runTemplate(template, {
      ...input,
      messages,
      addGenerationPrompt,
      variables: variables ? { ...input.variables, ...variables } : input.variables,
    }).text;
  const text = attempt(() => render(true));
  if (text === undefined) return undefined;
  return {
    text,
    get added() {
      const without = attempt(() => render(false)) ?? '';
      let same = 0;
      // What the template writes only without the prompt (an end of sequence) is no part of it.
      while (same < without.length && without[same] === text[same]) same += 1;
      return text.slice(same);
    },
  };
}

/** The conversation up to and with a message that takes another's place; undefined where the template refuses it. */
export function traceUpTo(
  template: ParsedTemplate,
  input: RunInput,
  message: number,
  last?: Message,
): Trace | undefined {
  const before = message === 0 && last ? question : input.messages.slice(0, last ? message : message + 1);
  const messages = last ? [...before, last] : before;
  return attempt(() => traceTemplate(template, { ...input, messages, addGenerationPrompt: false }));
}

export function attempt<T>(render: () => T): T | undefined {
  try {
    return render();
  } catch (error) {
    if (error instanceof TemplateError) return undefined;
    throw error;
  }
}
