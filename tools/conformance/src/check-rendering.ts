/** One template with one conversation: text against jinja2, spans against the marked sibling. */
import { createHash } from 'node:crypto';
import { type RenderedConversation, TemplateError } from '@sftkit/templates';
import { joined } from '../../../packages/templates/test/spans.js';
import { type ConversationKind, type GoldenCell, golden, type NamedTemplate } from './templates.js';

export type Rendering =
  | { readonly state: 'rendered'; readonly rendered: RenderedConversation; readonly comparedSpans: boolean }
  /** By the template itself, as in jinja2, or by sftkit. */
  | { readonly state: 'refused'; readonly by: 'template' | 'sftkit'; readonly reason: string }
  | { readonly state: 'wrong'; readonly problem: string };

export function checkRendering(
  { name, template }: NamedTemplate,
  { name: kind, conversation, options }: ConversationKind,
  marked: RenderedConversation | undefined,
): Rendering {
  const cell = golden.templates[name]?.[kind];
  if (cell === undefined)
    return { state: 'wrong', problem: 'no golden rendering: run tools/golden/templates.py' };
  for (const [addGenerationPrompt, expected] of [
    [false, cell[0]],
    [true, cell[1]],
  ] as const) {
    const text = attempt(() => template.renderText(conversation, { ...options, addGenerationPrompt }));
    if (typeof text !== 'string') {
      if (expected === null && !addGenerationPrompt) return refused('template', text);
      if (expected !== null) return refused('sftkit', text);
    } else if (digest(text) !== expected) {
      return {
        state: 'wrong',
        problem: expected === null ? 'jinja2 refuses this' : 'another text than jinja2',
      };
    }
  }
  const rendered = attempt(() => template.render(conversation, options));
  if (rendered instanceof TemplateError) return refused('sftkit', rendered);
  const problem = checkSpans(rendered, cell, template.marksGeneration, name, marked);
  if (problem !== undefined) return { state: 'wrong', problem };
  const comparedSpans = template.marksGeneration || marked?.text === rendered.text;
  return { state: 'rendered', rendered, comparedSpans };
}

/** A rendering, or the error of the templates package. */
export function attempt<T>(render: () => T): T | TemplateError {
  try {
    return render();
  } catch (error) {
    if (error instanceof TemplateError) return error;
    throw error;
  }
}

function refused(by: 'template' | 'sftkit', error: TemplateError): Rendering {
  const [line = ''] = error.message.split('\n');
  // What differs from message to message of one kind is left out.
  const reason = line
    .replace(/^.*?(?:render|spans|conversation): /, '')
    .replace(/ \((?:template|line|message) .*\)$/, '')
    .replace(/message \d+(?:, \w+)?: /, '')
    .replace(/, got .*?(?=; |$)/, '');
  return { state: 'refused', by, reason };
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 16);
}

/** What is wrong with the spans; undefined where they are right, or there is nothing to hold them against. */
function checkSpans(
  { text, generation, findings }: RenderedConversation,
  cell: GoldenCell,
  isMarked: boolean,
  name: string,
  marked: RenderedConversation | undefined,
): string | undefined {
  if (isMarked) {
    // Hugging Face counts a block from what was written before it.
    return digest(JSON.stringify(joined(generation))) === cell[2]
      ? undefined
      : 'other spans than transformers';
  }
  if (marked?.text !== text) return undefined;
  // Where the prompt goes on otherwise than the turn, the two part elsewhere than the marks say, and a finding says so.
  const said = new Set(
    findings.flatMap(({ kind, message, prompt = '', text = '' }) =>
      kind === 'prompt' && !text.startsWith(prompt) ? [message] : [],
    ),
  );
  const unsaid = <T extends { readonly message: number }>(spans: readonly T[]): T[] =>
    spans.filter(({ message }) => !said.has(message));
  const marks = { ...marked, generation: unsaid(marked.generation) };
  const expected = name.startsWith('trl/') ? withoutBorders(marks, name) : joined(marks.generation);
  const got = joined(unsaid(generation));
  if (JSON.stringify(got) === JSON.stringify(expected)) return undefined;
  return `other spans than the marked template: ${JSON.stringify(got)}, ${JSON.stringify(expected)}`;
}

/**
 * TRL's training templates take what the template writes after an end of turn into the block: a line feed, or the
 * end of sequence after the last turn (Phi 3); Qwen 2.5's block begins with the line feed that ends the prompt.
 */
function withoutBorders({ text, generation }: RenderedConversation, name: string): [number, number][] {
  return joined(
    generation
      .filter(({ start, end }) => text.slice(start, end) !== golden.variables.eos_token)
      .map(({ start, end }) => ({
        start: start + (name === 'trl/qwen2_5' ? 1 : 0),
        end: end - (text[end - 1] === '\n' ? 1 : 0),
      })),
  );
}
