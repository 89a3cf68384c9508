import { type BuiltInTemplate, builtInTemplates } from './built-in-templates.js';
import { ChatTemplate, type ChatTemplateOptions } from './chat-template.js';
import { TemplateSyntaxError } from './errors.js';

/**
 * A built-in template by its name, or a template from its Jinja source.
 * @throws {TemplateSyntaxError} if the text is neither
 */
export function resolveTemplate(nameOrSource: string, options: ChatTemplateOptions = {}): ChatTemplate {
  const builtIn = new Map<string, BuiltInTemplate>(Object.entries(builtInTemplates)).get(nameOrSource);
  if (builtIn) {
    const specialTokens = { ...builtIn.variables, ...options.specialTokens };
    return ChatTemplate.fromSource(builtIn.source, {
      name: nameOrSource,
      controlTokens: builtIn.specialTokens,
      ...options,
      specialTokens,
    });
  }
  if (/\{[{%]/.test(nameOrSource)) return ChatTemplate.fromSource(nameOrSource, options);
  const known = Object.keys(builtInTemplates).join(', ');
  throw new TemplateSyntaxError(
    `template: expected ${known} or a Jinja source, got ${JSON.stringify(nameOrSource.slice(0, 60))}; ` +
      'hand in the text of a file, not its name',
  );
}
