import { quote } from './derive-generation.js';
import { TemplateSyntaxError } from './errors.js';
import { withoutGenerationTags } from './without-generation-tags.js';

/** Variables by their Hugging Face names, such as `bos_token`; `additional_special_tokens` is a list. */
export type SpecialTokens = Readonly<Record<string, string | readonly string[]>>;

export interface ConfiguredTemplate {
  readonly name: string;
  readonly source: string;
  readonly specialTokens: SpecialTokens;
  /** The template for conversations with tools, where nobody asked for one by name. */
  readonly toolUse?: string;
}

/**
 * The template and special tokens in a parsed `tokenizer_config.json`. `chat_template` is a string, or a list
 * of `{ name, template }` with names such as default, tool_use and rag. `training_chat_template` is the same with
 * generation tags, as training here saves it.
 * @throws {TemplateSyntaxError} if there is no template, or none of that name
 */
export function templateOfTokenizerConfig(
  config: unknown,
  name: string | undefined,
  separateSource: string | undefined,
): ConfiguredTemplate {
  if (!isRecord(config)) {
    throw new TemplateSyntaxError(
      `tokenizer config: expected a JSON object, got ${describe(config)}; parse the file first`,
    );
  }
  const specialTokens = readSpecialTokens(config);
  const templates =
    separateSource === undefined
      ? namedTemplates(config.chat_template)
      : new Map([['default', separateSource]]);
  const wanted = name ?? 'default';
  const source =
    templates.get(wanted) ??
    (templates.size === 1 && name === undefined ? [...templates.values()][0] : undefined);
  if (source === undefined) {
    const known = [...templates.keys()].slice(0, 10).map(quote).join(', ');
    throw new TemplateSyntaxError(
      `tokenizer config: expected a template named ${JSON.stringify(wanted)}, got ${known}; name one of these`,
    );
  }
  const { training_chat_template: training } = config;
  const marked = separateSource === undefined && training ? namedTemplates(training) : undefined;
  // A template that marks what the assistant writes, if it still is the one that other software is given.
  const withMarks = (name: string, plain: string): string => {
    const found = marked?.get(name);
    return found !== undefined && withoutGenerationTags(found) === plain ? found : plain;
  };
  const toolUse = name === undefined ? templates.get('tool_use') : undefined;
  return {
    name: wanted,
    source: withMarks(wanted, source),
    specialTokens,
    ...(toolUse === undefined ? {} : { toolUse: withMarks('tool_use', toolUse) }),
  };
}

function namedTemplates(value: unknown): Map<string, string> {
  if (typeof value === 'string') return new Map([['default', value]]);
  if (isRecord(value) && Object.values(value).every((template) => typeof template === 'string')) {
    return new Map(Object.entries(value) as [string, string][]);
  }
  if (Array.isArray(value) && value.length > 0 && value.every(isNamedTemplate)) {
    return new Map(value.map(({ name, template }) => [name, template]));
  }
  throw new TemplateSyntaxError(
    `tokenizer config: expected chat_template as a string or a list of { name, template }, got ${describe(value)}; ` +
      'name a built-in template, or hand in the text of chat_template.jinja',
  );
}

/** Values are strings or serialised `AddedToken`s; those that are null do not exist for a template. */
export function readSpecialTokens(config: Readonly<Record<string, unknown>>): SpecialTokens {
  const tokens: Record<string, string | readonly string[]> = {};
  const extra = isRecord(config.extra_special_tokens) ? config.extra_special_tokens : {};
  for (const [key, value] of [...Object.entries(config), ...Object.entries(extra)]) {
    const content = tokenText(value);
    if (key.endsWith('_token') && content !== undefined) tokens[key] = content;
  }
  const additional = config.additional_special_tokens;
  if (Array.isArray(additional)) {
    tokens.additional_special_tokens = additional.map(tokenText).filter((text) => text !== undefined);
  }
  return tokens;
}

function tokenText(value: unknown): string | undefined {
  const content = isRecord(value) ? value.content : value;
  return typeof content === 'string' ? content : undefined;
}

function isNamedTemplate(value: unknown): value is { name: string; template: string } {
  return isRecord(value) && typeof value.name === 'string' && typeof value.template === 'string';
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function describe(value: unknown): string {
  if (value === undefined) return 'nothing';
  return Array.isArray(value) ? 'a list of something else' : value === null ? 'null' : typeof value;
}
