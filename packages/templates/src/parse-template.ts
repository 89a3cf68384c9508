import { TemplateSyntaxError } from './errors.js';
import { normalizeSource } from './jinja/lexer.js';
import { type ParsedSource, parseSource } from './jinja/parser.js';
import { TemplateFault } from './jinja/template-fault.js';

export interface ParsedTemplate {
  readonly name: string;
  /** As it was given. */
  readonly source: string;
  readonly parsed: ParsedSource;
}

/** @throws {TemplateSyntaxError} with line, column and caret */
export function parseTemplate(source: string, name: string): ParsedTemplate {
  try {
    return { name, source, parsed: parseSource(source) };
  } catch (cause) {
    if (!(cause instanceof TemplateFault)) throw cause;
    throw new TemplateSyntaxError(`template syntax: ${cause.message}`, {
      template: name,
      source: normalizeSource(source),
      offset: cause.offset,
      cause,
    });
  }
}
