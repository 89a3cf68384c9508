/** One piece of a message's content, in the OpenAI form. */
export interface ContentPart {
  readonly type: string;
  readonly text?: string;
}

/** One turn. `train` and `weight` speak to the mask only; templates never see them. */
export interface Message {
  readonly role: string;
  readonly content: string | readonly ContentPart[] | null;
  readonly name?: string;
  readonly reasoning_content?: string;
  readonly tool_calls?: readonly unknown[];
  readonly tool_call_id?: string;
  /** Whether the loss may see this message; overrides the policy. */
  readonly train?: boolean;
  /** Loss weight of the message's supervised tokens, >= 0; 1 when absent. */
  readonly weight?: number;
}

/** A demonstration: what a person wrote, and what the assistant should answer. */
export interface Conversation {
  readonly messages: readonly Message[];
  readonly tools?: readonly unknown[];
  /** For templates that answer from documents: `{ title, text }`, or what else the template reads. */
  readonly documents?: readonly unknown[];
  /** Variables of the template for this conversation alone, such as `enable_thinking`. */
  readonly variables?: Readonly<Record<string, unknown>>;
  readonly metadata?: Readonly<Record<string, unknown>>;
}

/** Half-open range of UTF-16 code units: `text.slice(start, end)`. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** Where one message stands in the rendered text, header and end of turn included. */
export interface MessageSpan extends Span {
  /** Index into `conversation.messages`. */
  readonly message: number;
  readonly role: string;
}

/** What a stretch of the assistant's text is. */
export type GenerationKind = 'content' | 'reasoning' | 'toolCall' | 'endOfTurn';

/** Characters of a generation span that are of one kind. */
export interface GenerationPart extends Span {
  readonly kind: GenerationKind;
}

/** A span that the assistant wrote: content and end of turn, without the header. */
export interface GenerationSpan extends Span {
  /** Index into `conversation.messages` of the turn that this span belongs to. */
  readonly message: number;
  /** The whole span, cut by kind; absent where the template does not say. */
  readonly parts?: readonly GenerationPart[];
}

/**
 * Characters that the template read from a field of a message, followed through everything it did with them. What is
 * in no such span, the template wrote itself.
 */
export interface SourceSpan extends Span {
  /** Index into `conversation.messages`; -1 for tools and documents. */
  readonly message: number;
  /** Key of the message, such as `content` or `tool_calls`. */
  readonly field: string;
  /** Where the text stands inside of the field, such as `[0].function.name`; empty for the field itself. */
  readonly path: string;
  /** Offset of the first character in that text; -1 where the template changed the characters (escapes, JSON). */
  readonly from: number;
}

/**
 * What differs from what a reader would expect:
 *
 * - `prompt`: the prompt that asks for this answer goes on, or ends, elsewhere than the text before the answer;
 * - `end`: the turn has no end of its own; the token that stops the model there is another one's, or was appended;
 * - `left-out`: an argument of a call, or all of the content beside it, is not in the text;
 * - `unread`: the template makes nothing of documents or of a variable that the conversation brings;
 * - `content`: the parts of a content are written as a list, with its brackets, for the template expects text.
 */
export interface RenderFinding {
  readonly kind: 'prompt' | 'end' | 'left-out' | 'unread' | 'content';
  /** Index into `conversation.messages`; -1 for the conversation as a whole. */
  readonly message: number;
  /** One line, for a person. */
  readonly problem: string;
  /** Of `prompt`: what the prompt holds from the turn's beginning on. */
  readonly prompt?: string;
  /** Of `prompt`: what the text holds from there to the answer; of `end`: the token. */
  readonly text?: string;
}

/** A conversation as the model reads it, and who wrote each character. */
export interface RenderedConversation {
  readonly text: string;
  /** In order, not overlapping; characters between them belong to the template itself. */
  readonly messages: readonly MessageSpan[];
  /** In order, not overlapping. */
  readonly generation: readonly GenerationSpan[];
  /** In order, not overlapping: which characters came from which message. */
  readonly sources: readonly SourceSpan[];
  readonly findings: readonly RenderFinding[];
}
