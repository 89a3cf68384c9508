/**
 * Errors of this package. The message is one line; what a program needs to show the place is in fields:
 * `excerpt` holds the source line with a caret below it.
 */
import { type SourcePosition, sourcePosition } from './source-position.js';

export interface TemplateErrorDetails {
  /** Name of the template, as given to `ChatTemplate`. */
  readonly template?: string | undefined;
  /** Source of the template and a UTF-16 offset into it. */
  readonly source?: string | undefined;
  readonly offset?: number | undefined;
  /** Index into `conversation.messages`. */
  readonly messageIndex?: number | undefined;
  /** The field of the message, such as `content[0].text`. */
  readonly field?: string | undefined;
  readonly cause?: unknown;
}

/** Base class of every error that this package throws on purpose. */
export class TemplateError extends Error {
  readonly template: string | undefined;
  readonly line: number | undefined;
  readonly column: number | undefined;
  /** The line of the source with a caret below the place. */
  readonly excerpt: string | undefined;
  readonly messageIndex: number | undefined;
  readonly field: string | undefined;

  constructor(message: string, details: TemplateErrorDetails = {}) {
    const position =
      details.source !== undefined && details.offset !== undefined
        ? sourcePosition(details.source, details.offset)
        : undefined;
    super(`${message}${describePlace(details, position)}`, { cause: details.cause });
    this.name = new.target.name;
    this.template = details.template;
    this.line = position?.line;
    this.column = position?.column;
    this.excerpt = position?.excerpt;
    this.messageIndex = details.messageIndex;
    this.field = details.field;
  }
}

/** The template's source is not valid Jinja, or the tokenizer configuration holds no template. */
export class TemplateSyntaxError extends TemplateError {}

/** The template failed while it ran: it raised, used what is not there, or ran without end. */
export class TemplateRenderError extends TemplateError {}

/** The text is right, but who wrote which character cannot be told exactly. */
export class TemplateSpanError extends TemplateError {}

/** A value that should be a conversation is none. */
export class ConversationError extends TemplateError {}

function describePlace(details: TemplateErrorDetails, position: SourcePosition | undefined): string {
  const parts: string[] = [];
  if (details.template !== undefined) parts.push(`template ${JSON.stringify(details.template)}`);
  if (position) parts.push(`line ${position.line}, column ${position.column}`);
  if (details.messageIndex !== undefined && details.field === undefined) {
    parts.push(`message ${details.messageIndex}`);
  }
  return parts.length === 0 ? '' : ` (${parts.join(', ')})`;
}
