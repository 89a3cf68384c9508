import type { Example } from '@sftkit/data';
import {
  type BuiltInTemplateName,
  builtInTemplates,
  ChatTemplate,
  type Conversation,
  endOfTurn,
  readSpecialTokens,
  resolveTemplate,
} from '@sftkit/templates';
import type { Tokenizer } from '@sftkit/tokenization';
import { SftError } from '../sft-error.js';

export interface LoadTemplateOptions {
  /** Whether prompts that go on where turns do not are made equal to them. */
  readonly matchPrompt?: boolean;
  /** What templates take for the present time; the machine's clock when absent. */
  readonly now?: Date;
  /** Some conversations of the data: a template may want tools, or parts of content, before it ends a turn. */
  readonly examples?: readonly Conversation[];
  /** The text of a template's file, undefined where there is none; absent: names of files are not understood. */
  readonly readFile?: (path: string) => string | undefined;
}

export interface LoadedTemplate {
  readonly template: ChatTemplate;
  /** The control token that ends a turn: where a model that learns from this template stops. */
  readonly endOfTurn: string;
  /** Control tokens that the tokenizer must have, `endOfTurn` among them. */
  readonly controlTokens: readonly string[];
  /** The model's own templates with other names, which no conversation was rendered with. */
  readonly others?: readonly { readonly name: string; readonly template: string }[];
  /** Remarks for the user. */
  readonly notes?: readonly string[];
}

/** Examples that are looked at to choose how a template is used. */
export const FIRST_CONVERSATIONS = 8;

/** A few conversations of the data, for `LoadTemplateOptions.examples`. */
export function firstConversations(examples: readonly Example[]): readonly Conversation[] {
  return examples
    .slice(0, FIRST_CONVERSATIONS)
    .flatMap((example) => (example.kind === 'conversation' ? [example.conversation] : []));
}

/**
 * A template by what the user called it.
 * @param name `auto` (the model's own, and chatml where it has none), a built-in name, a file, `model` (the one that came with the tokenizer; of several `default` and, for
 *   conversations with tools, `tool_use`), or `model:NAME` (the one of that name)
 * @throws {SftError} if there is none of that name
 * @throws {TemplateError} if it is no valid template
 */
export function loadTemplate(
  name: string,
  tokenizer: Tokenizer,
  options: LoadTemplateOptions = {},
): LoadedTemplate {
  if (name === 'auto') {
    if (tokenizer.chatTemplate !== undefined) return loadTemplate('model', tokenizer, options);
    const notes = ['the model has no chat template; trained with chatml (template: NAME takes another)'];
    return { ...loadTemplate('chatml', tokenizer, options), notes };
  }
  const { matchPrompt = false, examples = [], now, readFile } = options;
  const clock = now && { now: () => now };
  const specialTokens = readSpecialTokens(tokenizer.toObjects().tokenizerConfig);
  if (Object.hasOwn(builtInTemplates, name)) {
    const { specialTokens: controlTokens, endOfTurn: end } = builtInTemplates[name as BuiltInTemplateName];
    return { template: resolveTemplate(name, { specialTokens, ...clock }), endOfTurn: end, controlTokens };
  }
  const ofModel = /^model(?::(.+))?$/s.exec(name);
  const found = ofModel
    ? modelTemplate(tokenizer, ofModel[1], clock)
    : ChatTemplate.fromSource(readTemplate(name, readFile), { name, specialTokens, ...clock });
  const template = matchPrompt ? found.matchingPrompts() : found;
  const end = endOfTurn(template, examples);
  const others = name === 'model' ? otherTemplates(tokenizer) : [];
  return { template, endOfTurn: end, controlTokens: [end], others };
}

function otherTemplates({ chatTemplate }: Tokenizer): NonNullable<LoadedTemplate['others']> {
  if (chatTemplate === undefined || typeof chatTemplate === 'string') return [];
  return Object.entries(chatTemplate)
    .filter(([name]) => name !== 'default' && name !== 'tool_use')
    .map(([name, template]) => ({ name, template }));
}

function modelTemplate(
  tokenizer: Tokenizer,
  name: string | undefined,
  clock: { readonly now: () => Date } | undefined,
): ChatTemplate {
  if (tokenizer.chatTemplate === undefined) {
    throw new SftError(
      `template: the model has no chat template; name one of ${Object.keys(builtInTemplates).join(', ')}, or a file (template: classic, --template classic)`,
    );
  }
  const names =
    typeof tokenizer.chatTemplate === 'string' ? ['default'] : Object.keys(tokenizer.chatTemplate);
  if (!names.includes(name ?? 'default') && (name !== undefined || names.length > 1)) {
    throw new SftError(
      `template: expected one of the model's own, ${names.map((known) => `model:${known}`).join(', ')}, got ${name === undefined ? 'model, and none is called default' : `model:${name}`}`,
    );
  }
  return ChatTemplate.fromTokenizerConfig(tokenizer.toObjects().tokenizerConfig, {
    ...(name === undefined ? {} : { name }),
    ...clock,
  });
}

function readTemplate(file: string, readFile: LoadTemplateOptions['readFile'] = () => undefined): string {
  const text = readFile(file);
  if (text === undefined) {
    throw new SftError(
      `template: expected model, ${Object.keys(builtInTemplates).join(', ')} or a file, got ${JSON.stringify(file)}, which is none`,
    );
  }
  return text;
}
