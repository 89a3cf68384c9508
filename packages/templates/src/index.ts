export { type BuiltInTemplate, type BuiltInTemplateName, builtInTemplates } from './built-in-templates.js';
export {
  ChatTemplate,
  type ChatTemplateOptions,
  type RenderOptions,
  type TokenizerConfigOptions,
} from './chat-template.js';
export { endOfTurn } from './end-of-turn.js';
export {
  ConversationError,
  TemplateError,
  type TemplateErrorDetails,
  TemplateRenderError,
  TemplateSpanError,
  TemplateSyntaxError,
} from './errors.js';
export { lowerBound, overlapping } from './ordered-spans.js';
export { resolveTemplate } from './resolve-template.js';
export { readSpecialTokens, type SpecialTokens } from './tokenizer-config.js';
export type {
  ContentPart,
  Conversation,
  GenerationKind,
  GenerationPart,
  GenerationSpan,
  Message,
  MessageSpan,
  RenderedConversation,
  RenderFinding,
  SourceSpan,
  Span,
} from './types.js';
export { knownRoles, validateConversation } from './validate-conversation.js';
export {
  type TemplateFinding,
  type TemplateFindingName,
  type TemplateTokenizer,
  verifyTemplate,
} from './verify-template.js';
export { withoutGenerationTags } from './without-generation-tags.js';
