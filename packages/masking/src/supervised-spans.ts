/**
 * Which characters of a rendering the loss counts, and with what weight: the one place where policies, roles and
 * the `train` and `weight` fields of messages and parts are read.
 */
import type { Conversation, Message, RenderedConversation, Span } from '@sftkit/templates';
import { MaskingError } from './masking-error.js';
import { byMessage, ownSpans } from './own-spans.js';
import type { MaskPolicy, SupervisionOptions } from './supervision-options.js';

/** Characters that count with this weight; 0 where the loss must not see them. */
export interface WeightedSpan extends Span {
  readonly weight: number;
}

/**
 * Spans in the order in which they apply: a later one overrides an earlier one, and what lies in none
 * weighs 0. The assistant's characters are the template's generation spans. `train: true` on another
 * message counts its whole message span, header included, since a template marks only the assistant's own
 * text; `train: false` and `weight: 0` take a message out. What a tool answered is never learnt by role.
 * @param options or a policy alone
 * @throws {MaskingError} if a turn to be learnt is nowhere in the rendering: such an example would teach
 *   nothing, and silently; if a tool's result is to be learnt
 */
export function supervisedSpans(
  rendered: RenderedConversation,
  conversation: Conversation,
  options: MaskPolicy | SupervisionOptions = {},
): readonly WeightedSpan[] {
  const all: SupervisionOptions = typeof options === 'string' ? { policy: options } : options;
  const { policy = 'assistant', roles = ['assistant'], reasoning = true, weight = 1 } = all;
  if (!(Number.isFinite(weight) && weight >= 0)) {
    throw new MaskingError(`supervisedSpans: expected a finite weight of at least 0, got ${weight}`);
  }
  checkTools(conversation, policy, roles);
  const weights = messageWeights(rendered, conversation, all);
  const whole = policy === 'all' ? [{ start: 0, end: rendered.text.length, weight: 1 }] : [];
  const { length } = conversation.messages;
  const generation = byMessage(rendered.generation, length);
  let messages: readonly Span[][] | undefined;
  const turns = weights.flatMap((of, i) => {
    if (of === undefined) return [];
    const { role } = conversation.messages[i]!;
    const isWritten =
      policy !== 'all' && (role === 'assistant' || (role !== 'tool' && generation[i]!.length > 0));
    if (!isWritten) messages ??= byMessage(rendered.messages, length);
    const spans: readonly Span[] = isWritten ? generation[i]! : messages![i]!;
    if (spans.length === 0 && policy !== 'all' && saysSomething(conversation.messages[i]!))
      throw notRendered(rendered, i, role);
    return spans.map(({ start, end }) => ({ start, end, weight: of }));
  });
  const spans = [...whole, ...turns, ...ownSpans(rendered, conversation, weights, reasoning)];
  return weight === 1 ? spans : spans.map((span) => ({ ...span, weight: span.weight * weight }));
}

/** The weight of each message under these options; undefined for one that is not learnt. */
export function messageWeights(
  rendered: RenderedConversation,
  conversation: Conversation,
  { policy = 'assistant', roles = ['assistant'] }: SupervisionOptions,
): readonly (number | undefined)[] {
  return policy === 'all' ? weightsOfAll(conversation) : weightsByRole(rendered, conversation, policy, roles);
}

/** The weight of each message; undefined for one that is not learnt. */
function weightsByRole(
  rendered: RenderedConversation,
  { messages }: Conversation,
  policy: MaskPolicy,
  roles: readonly string[],
): (number | undefined)[] {
  // A template may mark what it likes: a marked turn is an assistant's, whatever its role is called.
  const isMarked = new Uint8Array(messages.length);
  for (const { message } of rendered.generation) isMarked[message] = 1;
  const isAssistant = (role: string, i: number): boolean =>
    role === 'assistant' || (role !== 'tool' && isMarked[i] === 1);
  const isWanted = messages.map(
    ({ role }, i) => roles.includes(role) || (isAssistant(role, i) && roles.includes('assistant')),
  );
  const last = isWanted.lastIndexOf(true);
  return messages.map(({ train, weight = 1 }, i) => {
    const byPolicy = policy === 'assistant' ? isWanted[i] : i === last;
    return (train ?? byPolicy) ? weight : undefined;
  });
}

function weightsOfAll({ messages }: Conversation): number[] {
  return messages.map(({ train = true, weight = 1 }) => (train ? weight : 0));
}

/** An answer without a word and without a call may leave no trace. */
function saysSomething({ content, tool_calls: calls = [] }: Message): boolean {
  const texts = typeof content === 'string' ? [content] : (content ?? []).map(({ text = '' }) => text);
  return calls.length > 0 || texts.some((text) => text.trim() !== '');
}

/** What a tool answers is given to the model, never written by it. */
function checkTools({ messages }: Conversation, policy: MaskPolicy, roles: readonly string[]): void {
  if (policy === 'all') return;
  const trained = messages.findIndex(({ role, train }) => role === 'tool' && train === true);
  if (trained < 0 && !roles.includes('tool')) return;
  const where = trained < 0 ? 'the roles to train' : `messages[${trained}], which has "train": true`;
  throw new MaskingError(
    `supervisedSpans: expected no tool result among what is learnt, got ${where}; its text is the tool's: leave it out`,
  );
}

function notRendered(rendered: RenderedConversation, index: number, role: string): MaskingError {
  const place = `supervisedSpans: expected the ${role} turn messages[${index}] in the rendered text`;
  const remedy =
    rendered.generation.length === 0
      ? 'use a template with {% generation %} markers around what the assistant writes'
      : 'the template leaves this turn out: remove it, or set its "train" to false';
  return new MaskingError(`${place}, found no span of it; ${remedy}`);
}
