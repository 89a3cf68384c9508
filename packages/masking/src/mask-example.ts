/** From a conversation to tokens and labels in one call: render, encode, mask, prove. */
import type { ChatTemplate, Conversation, RenderedConversation, RenderOptions } from '@sftkit/templates';
import type { Encoding, Tokenizer } from '@sftkit/tokenization';
import { encodeConversation } from './encode-conversation.js';
import { type MaskedConversation, maskConversation } from './mask-conversation.js';
import { MaskingError } from './masking-error.js';
import type { SupervisionOptions } from './supervision-options.js';
import { type MaskFinding, verifyMask } from './verify-mask.js';

export interface MaskExampleOptions extends SupervisionOptions {
  readonly template: ChatTemplate;
  readonly tokenizer: Tokenizer;
  /** `plain` (the default): control tokens in messages and tools are text. `allow`: they are read everywhere. */
  readonly controlTokens?: 'plain' | 'allow';
  readonly render?: RenderOptions;
}

/** A masked example, with what it was made of. */
export interface MaskedConversationExample extends MaskedConversation {
  readonly rendered: RenderedConversation;
  readonly encoding: Encoding;
}

/**
 * One conversation as the loss will see it.
 * @throws {TemplateError} if the template refuses the conversation
 * @throws {MaskError} if the mask cannot be proven; `finding` says where and why
 * @throws {MaskingError} if the tokenizer lacks a control token that the template writes
 */
export function maskExample(
  conversation: Conversation,
  { template, tokenizer, controlTokens, render = {}, ...supervision }: MaskExampleOptions,
): MaskedConversationExample {
  const rendered = template.render(conversation, render);
  const encoding = encodeConversation(rendered, conversation, {
    tokenizer,
    ...(controlTokens ? { controlTokens } : {}),
  });
  checkControlTokens(rendered, encoding, template, tokenizer);
  const masked = maskConversation(rendered, encoding, conversation, supervision);
  const [finding] = verifyMask(rendered, encoding, conversation, masked, {
    ...supervision,
    template,
    render,
  });
  if (finding) throw new MaskError(finding);
  return { ...masked, rendered, encoding };
}

/** The proof of a mask has failed. */
export class MaskError extends MaskingError {
  override readonly name = 'MaskError';
  readonly finding: MaskFinding;

  constructor(finding: MaskFinding) {
    super(`maskExample: ${finding.problem}; the mask would not be exact, so the example is not used`);
    this.finding = finding;
  }
}

/**
 * A control token that is several tokens of text teaches a model to spell it: it never stops. Those of a built-in
 * template are known; of another one, the token that ends a turn is what has to be one.
 */
function checkControlTokens(
  { text, generation, sources }: RenderedConversation,
  { starts, ends, special }: Encoding,
  template: ChatTemplate,
  tokenizer: Tokenizer,
): void {
  const isOne = (token: string): boolean => {
    const id = tokenizer.tokenToId(token);
    return id !== undefined && tokenizer.isAdded(id);
  };
  const missing = template.controlTokens.filter((token) => text.includes(token) && !isOne(token));
  if (missing.length > 0) throw lacking(missing, template);
  const last = generation.at(-1);
  const said = last && sources.findLast((span) => span.end <= last.end && span.start >= last.start)?.end;
  const end = last && text.slice(said ?? last.start, last.end).trimEnd();
  if (!last || end === undefined) return;
  const at = last.start + text.slice(last.start, last.end).trimEnd().length;
  const token = starts.findLastIndex((start, t) => start < at && ends[t]! >= at);
  if (token >= 0 && special[token] === 0 && /[>\]]$/.test(end)) {
    const spelt = /<[^<>\s]*>$|\[[^[\]\s]*\]$/.exec(end)?.[0];
    if (spelt !== undefined) throw lacking([spelt], template);
  }
}

function lacking(tokens: readonly string[], { name }: ChatTemplate): MaskingError {
  const list = tokens.map((token) => JSON.stringify(token));
  return new MaskingError(
    `maskExample: expected ${tokens.join(' ')}, which the template ${JSON.stringify(name)} writes, to be one token each, got a tokenizer ` +
      `that lacks them; tokenizer.addSpecialTokens([${list.join(', ')}]) adds them, and the model's embedding needs a row for each`,
  );
}
