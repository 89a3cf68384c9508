import { existsSync, readFileSync } from 'node:fs';
import type { Example } from '@sftkit/data';
import {
  type BuiltInTemplateName,
  builtInTemplates,
  ChatTemplate,
  type Conversation,
  endOfTurn,
  resolveTemplate,
} from '@sftkit/templates';
import type { Tokenizer } from '@sftkit/tokenization';
import { UserError } from '../user-error.js';

export interface LoadTemplateOptions {
  /** Whether prompts that go on where turns do not are made equal to them. */
  readonly matchPrompt?: boolean;
  /** Some conversations of the data: a template may want tools, or parts of content, before it ends a turn. */
  readonly examples?: readonly Conversation[];
}

export interface LoadedTemplate {
  readonly template: ChatTemplate;
  /** The control token that ends a turn: where a model that learns from this template stops. */
  readonly endOfTurn: string;
  /** Control tokens that the tokenizer must have, `endOfTurn` among them. */
  readonly controlTokens: readonly string[];
}

/** A few conversations of the data, for `LoadTemplateOptions.examples`. */
export function firstConversations(examples: readonly Example[]): readonly Conversation[] {
  return examples
    .slice(0, 8)
    .flatMap((example) => (example.kind === 'conversation' ? [example.conversation] : []));
}

/**
 * A template by what the user called it.
 * @param name a built-in name, a file, or `model`: the one that came with the tokenizer
 * @throws {UserError} if there is none of that name
 * @throws {TemplateError} if it is no valid template
 */
export function loadTemplate(
  name: string,
  tokenizer: Tokenizer,
  { matchPrompt = false, examples = [] }: LoadTemplateOptions = {},
): LoadedTemplate {
  const { bosToken, eosToken, padToken } = tokenizer;
  const specialTokens = {
    ...(bosToken === undefined ? {} : { bos_token: bosToken }),
    ...(eosToken === undefined ? {} : { eos_token: eosToken }),
    ...(padToken === undefined ? {} : { pad_token: padToken }),
  };
  if (Object.hasOwn(builtInTemplates, name)) {
    const { specialTokens: controlTokens, endOfTurn: end } = builtInTemplates[name as BuiltInTemplateName];
    return { template: resolveTemplate(name, { specialTokens }), endOfTurn: end, controlTokens };
  }
  const found =
    name === 'model'
      ? modelTemplate(tokenizer)
      : ChatTemplate.fromSource(readTemplate(name), { name, specialTokens });
  const template = matchPrompt ? found.matchingPrompts() : found;
  const end = endOfTurn(template, examples);
  return { template, endOfTurn: end, controlTokens: [end] };
}

function modelTemplate(tokenizer: Tokenizer): ChatTemplate {
  if (tokenizer.chatTemplate === undefined) {
    throw new UserError(
      `template: the model has no chat template; name one of ${Object.keys(builtInTemplates).join(', ')}, or a file (template: classic, --template classic)`,
    );
  }
  return ChatTemplate.fromTokenizerConfig(tokenizer.toObjects().tokenizerConfig);
}

function readTemplate(file: string): string {
  if (!existsSync(file)) {
    throw new UserError(
      `template: expected model, ${Object.keys(builtInTemplates).join(', ')} or a file, got ${JSON.stringify(file)}, which is none`,
    );
  }
  return readFileSync(file, 'utf8');
}
