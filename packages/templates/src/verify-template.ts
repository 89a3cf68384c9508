/**
 * What a template does with conversations, found by rendering a few of our own: what a user should know before there is
 * data. The data decides what can be trained on: a finding of grade error is about every conversation, whatever it says.
 */
import type { ChatTemplate } from './chat-template.js';
import { endOfTurn } from './end-of-turn.js';
import { TemplateError } from './errors.js';
import { attempt } from './generation-prompt.js';
import type { Conversation, Message } from './types.js';
import { knownRoles } from './validate-conversation.js';

export type TemplateFindingName =
  | 'spans'
  | 'generation-prompt'
  | 'prefix-stable'
  | 'end-of-turn'
  | 'beginning-of-sequence'
  | 'roles'
  | 'content'
  | 'tools'
  | 'reasoning';

export interface TemplateFinding {
  readonly name: TemplateFindingName;
  /** `error`: wrong for every conversation; `warning`: look at it, for conversations of the kind `when`; `info`: as it should be. */
  readonly grade: 'error' | 'warning' | 'info';
  readonly message: string;
  /** The kind of conversation that the finding is about; any when absent. */
  readonly when?: string;
}

/** What is asked of a tokenizer; any that has these will do. */
export interface TemplateTokenizer {
  /** Ids as training sees them: control tokens as one id, with whatever the tokenizer puts first. */
  encode(text: string): readonly number[];
  readonly bosId?: number | undefined;
  /** Ids at which the model's generation stops. */
  readonly stopIds?: readonly number[] | undefined;
}

const chat: readonly Message[] = [
  { role: 'user', content: 'First question' },
  { role: 'assistant', content: 'First answer' },
  { role: 'user', content: 'Second question' },
  { role: 'assistant', content: 'Second answer' },
];
const tool = {
  type: 'function',
  function: {
    name: 'look_up',
    description: 'Looks a word up.',
    parameters: { type: 'object', properties: { word: { type: 'string' } }, required: ['word'] },
  },
};
const call = { id: 'call12345', type: 'function', function: { name: 'look_up', arguments: { word: 'x' } } };
const kinds: Readonly<Record<string, Conversation>> = {
  'plain turns': { messages: chat },
  'a system prompt': { messages: [{ role: 'system', content: 'Special instructions' }, ...chat] },
  reasoning: {
    messages: chat.map((message) =>
      message.role === 'assistant' ? { ...message, reasoning_content: 'Hidden thought' } : message,
    ),
  },
  tools: {
    tools: [tool],
    messages: [
      { role: 'user', content: 'First question' },
      { role: 'assistant', content: '', tool_calls: [call] },
      { role: 'tool', name: 'look_up', tool_call_id: 'call12345', content: 'tool result' },
      { role: 'assistant', content: 'First answer' },
    ],
  },
};

/** Findings in a fixed order; each name stands there at least once, but what a failure hides. */
export function verifyTemplate(template: ChatTemplate, tokenizer?: TemplateTokenizer): TemplateFinding[] {
  const spans = checkSpans(template);
  if (spans.grade !== 'info') return [spans, ...checkEnd(template, tokenizer)];
  return [
    spans,
    ...checkPrompts(template),
    checkPrefixes(template),
    ...checkEnd(template, tokenizer),
    checkBeginning(template, tokenizer),
    checkRoles(template),
    checkContent(template),
    checkTools(template),
    checkReasoning(template),
  ];
}

function checkSpans(template: ChatTemplate): TemplateFinding {
  const failure = reasonOf(() => template.render({ messages: chat }));
  if (failure !== undefined)
    return { name: 'spans', grade: 'warning', message: failure, when: 'plain turns' };
  const message = template.marksGeneration
    ? 'the template marks what the assistant writes'
    : 'the template marks nothing; what the assistant writes is found by following each character';
  return { name: 'spans', grade: 'info', message };
}

/** What stands before each answer in training is what the model is asked with. */
function checkPrompts(template: ChatTemplate): TemplateFinding[] {
  const name = 'generation-prompt';
  const found = Object.entries(kinds).flatMap(([when, conversation]): TemplateFinding[] => {
    let message: string | undefined;
    // A kind that the template refuses cannot be trained on by mistake; other findings name it.
    const failure = reasonOf(() => {
      message = comparePrompts(template, conversation);
    });
    if (failure !== undefined || message === undefined) return [];
    return when === 'plain turns'
      ? [{ name, grade: 'warning', message }]
      : [{ name, grade: 'warning', message: `with ${when}, ${message}`, when }];
  });
  return found.length > 0
    ? found
    : [{ name, grade: 'info', message: 'the generation prompt is the beginning of each answer' }];
}

function comparePrompts(template: ChatTemplate, { messages, ...rest }: Conversation): string | undefined {
  const { text, generation, findings } = template.render({ messages, ...rest });
  // Where the template marks nothing, rendering has compared them.
  if (!template.marksGeneration) return findings.find(({ kind }) => kind === 'prompt')?.problem;
  for (const [index, { role }] of messages.entries()) {
    const start = generation.find((span) => span.message === index)?.start;
    if (role !== 'assistant' || start === undefined) continue;
    const before = { messages: messages.slice(0, index), ...rest };
    const prompt = template.renderText(before, { addGenerationPrompt: true });
    if (!text.startsWith(prompt)) {
      return `the prompt for message ${index} is no beginning of the conversation: ${firstDifference(prompt, text.slice(0, start))}`;
    }
    if (prompt.length > start) {
      const inside = JSON.stringify(text.slice(start, prompt.length));
      return `the span of message ${index} begins with ${inside}, which is the end of its prompt`;
    }
  }
  return undefined;
}

/** What was said stays as it was when the conversation goes on. */
function checkPrefixes(template: ChatTemplate): TemplateFinding {
  const name = 'prefix-stable';
  for (const [when, { messages, ...rest }] of Object.entries(kinds)) {
    const last = messages.findIndex(({ role, tool_calls }) => role === 'assistant' && !tool_calls);
    let difference: string | undefined;
    const failure = reasonOf(() => {
      const { text } = template.render({ messages, ...rest });
      const shorter = template.render({ messages: messages.slice(0, last + 1), ...rest });
      // What follows the last answer (an end of sequence) may give way to what is said next.
      const earlier = shorter.text.slice(0, shorter.generation.at(-1)?.end);
      if (!text.startsWith(earlier)) difference = firstDifference(earlier, text);
    });
    if (failure === undefined && difference !== undefined) {
      const message = `with ${when}, an earlier turn is written otherwise once the conversation goes on: ${difference}; train on last turns alone to learn what the model writes`;
      return { name, grade: 'warning', message, ...(when === 'plain turns' ? {} : { when }) };
    }
  }
  return { name, grade: 'info', message: 'earlier turns stay as they were when the conversation goes on' };
}

function checkEnd(template: ChatTemplate, tokenizer: TemplateTokenizer | undefined): TemplateFinding[] {
  const name = 'end-of-turn';
  let end = '';
  const failure = reasonOf(() => {
    end = endOfTurn(template);
  });
  if (failure !== undefined) return [{ name, grade: 'warning', message: failure, when: 'plain turns' }];
  const quoted = JSON.stringify(end);
  const findings: TemplateFinding[] = [];
  const error = (message: string): number => findings.push({ name, grade: 'error', message });
  const rendered = attempt(() => template.render({ messages: chat }));
  const answers = rendered?.generation.filter(({ message }) => message === 3) ?? [];
  if (
    rendered &&
    !answers.some((span) => rendered.text.slice(span.start, span.end).trimEnd().endsWith(end))
  ) {
    error(`${quoted} ends a turn and is in no span: a model that never learns it never stops`);
  }
  if (tokenizer) {
    const encoded = tokenizer.encode(end);
    // The token that begins a sequence may be the one that ends it.
    const ids = encoded.length > 1 && encoded[0] === tokenizer.bosId ? encoded.slice(1) : encoded;
    const [id] = ids;
    if (ids.length !== 1) error(`expected ${quoted} to be one token of the tokenizer, got ${ids.length}`);
    else if (tokenizer.stopIds && id !== undefined && !tokenizer.stopIds.includes(id)) {
      const stops = tokenizer.stopIds.join(', ') || 'none';
      error(
        `expected ${quoted} (${id}) among the model's stop tokens, got ${stops}; add it to generation_config.json`,
      );
    }
  }
  if (findings.length > 0) return findings;
  const known = tokenizer ? ', one token' : '';
  const borrowed = rendered?.findings.find(({ kind }) => kind === 'end');
  return borrowed
    ? [{ name, grade: 'warning', message: borrowed.problem }]
    : [{ name, grade: 'info', message: `turns end with ${quoted}${known}, which is learnt` }];
}

function checkBeginning(template: ChatTemplate, tokenizer: TemplateTokenizer | undefined): TemplateFinding {
  const name = 'beginning-of-sequence';
  const { text } = template.render({ messages: chat });
  const token = template.specialTokens.bos_token;
  const written = typeof token === 'string' && token !== '' ? text.split(token).length - 1 : 0;
  const bosId = tokenizer?.bosId;
  const ids = tokenizer?.encode(text) ?? [];
  if (bosId !== undefined && ids[0] === bosId && ids[1] === bosId) {
    const message = `expected one beginning-of-sequence token, got 2: the template writes ${written}; let only one of template and tokenizer write it`;
    return { name, grade: 'error', message };
  }
  const count = bosId === undefined ? written : ids.filter((id) => id === bosId).length;
  const message =
    count === 1
      ? 'one beginning-of-sequence token'
      : count > 1
        ? `${count} beginning-of-sequence tokens in 2 turns, as the template writes them`
        : 'no beginning-of-sequence token; fine where the model was trained without';
  return { name, grade: 'info', message };
}

function checkRoles(template: ChatTemplate): TemplateFinding {
  const inUse: Record<string, readonly Message[]> = {
    system: [{ role: 'system', content: 'marked words' }, ...chat],
    developer: [{ role: 'developer', content: 'marked words' }, ...chat],
    user: chat,
    assistant: chat,
    tool: kinds.tools!.messages.map((message) =>
      message.role === 'tool' ? { ...message, content: 'marked words' } : message,
    ),
  };
  const refused: string[] = [];
  const lost: string[] = [];
  for (const role of knownRoles) {
    const messages = inUse[role] ?? chat;
    let text = '';
    const failure = reasonOf(() => {
      text = template.renderText({ messages, tools: [tool] });
    });
    if (failure !== undefined) refused.push(role);
    else if (messages !== chat && !text.includes('marked words')) lost.push(role);
  }
  const said = refused.length > 0 ? `refuses ${refused.join(', ')}` : 'refuses no role';
  return lost.length > 0
    ? {
        name: 'roles',
        grade: 'warning',
        message: `the template ${said}, and leaves out, silently, what ${lost.join(', ')} said in a conversation that ends with an answer`,
        when: lost.join(', '),
      }
    : { name: 'roles', grade: 'info', message: `the template ${said}` };
}

function checkContent(template: ChatTemplate): TemplateFinding {
  const content = ' \n outer  inner\n\nwords \n';
  const { text } = template.render({ messages: [chat[0]!, { role: 'assistant', content }] });
  const name = 'content';
  if (text.includes(content)) return { name, grade: 'info', message: 'content is written as it is' };
  return text.includes(content.trim())
    ? { name, grade: 'info', message: 'whitespace around content is trimmed, in training as when asked' }
    : { name, grade: 'warning', message: 'content is changed by more than the whitespace around it' };
}

function checkTools(template: ChatTemplate): TemplateFinding {
  const name = 'tools';
  const { messages } = kinds.tools!;
  let lost: string[] = [];
  const failure = reasonOf(() => {
    const described = template.renderText({ messages: chat, tools: [tool] });
    const { text, generation } = template.render(kinds.tools!);
    const called = generation.filter(({ message }) => message === 1);
    lost = [
      described.includes('look_up') ? '' : 'descriptions',
      called.some(({ start, end }) => text.slice(start, end).includes('look_up')) ? '' : 'calls',
      text.includes(messages[2]!.content as string) ? '' : 'results',
    ].filter((what) => what !== '');
  });
  if (failure !== undefined)
    return { name, grade: 'warning', message: `no tools: ${failure}`, when: 'tools' };
  if (lost.length === 0)
    return { name, grade: 'info', message: 'descriptions, calls and results of tools are written' };
  return { name, grade: 'warning', message: `tools: ${lost.join(', ')} are left out`, when: 'tools' };
}

function checkReasoning(template: ChatTemplate): TemplateFinding {
  const name = 'reasoning';
  let count = 0;
  const failure = reasonOf(() => {
    count = template.renderText(kinds.reasoning!).split('Hidden thought').length - 1;
  });
  if (failure !== undefined) return { name, grade: 'warning', message: failure, when: 'reasoning' };
  if (count === 0) {
    return { name, grade: 'warning', message: 'reasoning_content is left out', when: 'reasoning' };
  }
  const message =
    count === 1
      ? 'reasoning is written in the last turn and dropped in earlier ones'
      : 'reasoning is written';
  return { name, grade: 'info', message };
}

/** Why it does not work, in one line; undefined where it does. */
function reasonOf(attempt: () => unknown): string | undefined {
  try {
    attempt();
    return undefined;
  } catch (error) {
    if (error instanceof TemplateError) return error.message;
    throw error;
  }
}

function firstDifference(expected: string, found: string): string {
  let at = 0;
  while (at < expected.length && expected[at] === found[at]) at += 1;
  const around = (text: string): string => JSON.stringify(text.slice(Math.max(0, at - 20), at + 30));
  return `${around(expected)} becomes ${around(found)} at offset ${at}`;
}
