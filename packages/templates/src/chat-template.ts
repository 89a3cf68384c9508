import { checkConversation } from './check-conversation.js';
import { deriveGeneration } from './derive-generation.js';
import { generationByMarks } from './generation-by-marks.js';
import { attempt } from './generation-prompt.js';
import { GivenValues } from './given-values.js';
import { markedGeneration } from './marked-generation.js';
import { leadingBos, messageSpans } from './message-spans.js';
import { type ParsedTemplate, parseTemplate } from './parse-template.js';
import type { RunInput } from './run-template.js';
import { type SpecialTokens, templateOfTokenizerConfig } from './tokenizer-config.js';
import { traceTemplate } from './trace-template.js';
import type { Conversation, RenderedConversation, Span } from './types.js';
import { unreadGivens } from './unread-givens.js';
import { writePrompts } from './write-prompts.js';
import { writtenAsList } from './written-as-list.js';

export interface ChatTemplateOptions {
  /** For error messages. */
  readonly name?: string;
  /** Variables such as `bos_token` and `eos_token`. */
  readonly specialTokens?: SpecialTokens;
  /** Control tokens that the template writes, where somebody knows: a tokenizer must have each as one token. */
  readonly controlTokens?: readonly string[];
  /** Source of the template for conversations with tools, where there is one of its own. */
  readonly toolUse?: string;
  /**
   * Whether a prompt that goes on where a turn does not is written into the turn, so that what stands before an
   * answer is what the model is asked with; false by default.
   */
  readonly matchPrompt?: boolean;
  /** The clock behind `strftime_now`; the machine's, in local time, by default. */
  readonly now?: () => Date;
}

export interface TokenizerConfigOptions {
  /** Which of several named templates; `default`, and `tool_use` for conversations with tools, when absent. */
  readonly name?: string;
  /** Text of a `chat_template.jinja` beside the configuration; it goes before `chat_template`. */
  readonly chatTemplate?: string;
  readonly now?: () => Date;
}

export interface RenderOptions {
  /** Whether the text ends where the assistant begins to write; false by default. */
  readonly addGenerationPrompt?: boolean;
  /** Further variables of the template, such as `enable_thinking` or `documents`. */
  readonly variables?: Readonly<Record<string, unknown>>;
  /**
   * Tokens at which the model stops, as they are spelt. Where a template ends no turn itself, the next header has to
   * be one of them; without them it is taken for one.
   */
  readonly stopTokens?: readonly string[];
}

/**
 * A chat template in Hugging Face's dialect of Jinja.
 * @see https://huggingface.co/docs/transformers/main/en/chat_templating
 */
export class ChatTemplate {
  readonly #parsed: ParsedTemplate;
  readonly #options: ChatTemplateOptions;
  readonly #toolUse: ChatTemplate | undefined;
  /** Those of every conversation: one object, for what is made of it is made once. */
  readonly #variables: Readonly<Record<string, unknown>>;

  private constructor(parsed: ParsedTemplate, options: ChatTemplateOptions) {
    this.#parsed = parsed;
    this.#options = options;
    this.#variables = { ...options.specialTokens };
    const { toolUse, ...rest } = options;
    this.#toolUse =
      toolUse === undefined
        ? undefined
        : ChatTemplate.fromSource(toolUse, { ...rest, name: `${this.name} (tool_use)` });
  }

  /** @throws {TemplateSyntaxError} with line, column and caret */
  static fromSource(source: string, options: ChatTemplateOptions = {}): ChatTemplate {
    return new ChatTemplate(parseTemplate(source, options.name ?? 'template'), options);
  }

  /**
   * The template and the special tokens of a parsed `tokenizer_config.json`. Of several templates the one called
   * `default` is taken, and for conversations with tools the one called `tool_use`, as transformers chooses them.
   * @throws {TemplateSyntaxError} if there is no template, or none of that name
   */
  static fromTokenizerConfig(config: unknown, options: TokenizerConfigOptions = {}): ChatTemplate {
    const { now, chatTemplate } = options;
    const { source, ...rest } = templateOfTokenizerConfig(config, options.name, chatTemplate);
    return ChatTemplate.fromSource(source, { ...rest, ...(now ? { now } : {}) });
  }

  get name(): string {
    return this.#parsed.name;
  }

  get source(): string {
    return this.#parsed.source;
  }

  /** What the template was made with: with the source, it makes the same template elsewhere. */
  get options(): ChatTemplateOptions {
    return this.#options;
  }

  get specialTokens(): SpecialTokens {
    return this.#options.specialTokens ?? {};
  }

  /** Control tokens that every conversation needs, as far as they are known: those of a built-in template. */
  get controlTokens(): readonly string[] {
    return this.#options.controlTokens ?? [];
  }

  /** Whether the template says itself what the assistant writes, with `{% generation %}` blocks. */
  get marksGeneration(): boolean {
    return this.#parsed.parsed.marksGeneration;
  }

  /** The template that renders a conversation: another one where there is one for tools, and the conversation has some. */
  chosenFor({ tools }: Conversation): ChatTemplate {
    return tools !== undefined && this.#toolUse ? this.#toolUse : this;
  }

  /**
   * This template, asking as it trains: with `enable_thinking` off, where that makes the prompt the beginning of a plain
   * turn, and else with the rest of the prompt written into each turn that lacks it.
   */
  matchingPrompts(): ChatTemplate {
    const matched = { ...this.#options, matchPrompt: true };
    if (this.marksGeneration || !asksForThoughts(this)) return ChatTemplate.fromSource(this.source, matched);
    const { toolUse } = matched;
    return ChatTemplate.fromSource(THOUGHTLESS + this.source, {
      ...matched,
      ...(toolUse === undefined ? {} : { toolUse: THOUGHTLESS + toolUse }),
    });
  }

  /**
   * The text, where each message stands, which characters came from which message, and which the assistant wrote: what
   * the template's generation blocks say or, where it has none, what the characters' origins and the prompts tell.
   * @throws {TemplateRenderError} if the template fails or refuses the conversation
   * @throws {ConversationError} if it is none
   * @throws {TemplateSpanError} if who wrote which character cannot be told exactly
   */
  render(conversation: Conversation, options: RenderOptions = {}): RenderedConversation {
    checkConversation(conversation, this.name);
    const chosen = this.chosenFor(conversation);
    if (chosen !== this) return chosen.render(conversation, options);
    const input = this.#input(conversation, options);
    const trace = traceTemplate(this.#parsed, input);
    const bosLength = leadingBos(trace.text, this.#bosToken());
    const messages = messageSpans(trace, input.messages, bosLength);
    const { sources } = trace;
    const said = [
      ...unreadGivens(conversation, sources, this.source),
      ...writtenAsList(input.messages, sources, trace.text),
    ];
    if (this.marksGeneration) {
      const { spans: generation, findings } = markedGeneration(trace, input.messages, this.name);
      return { text: trace.text, messages, generation, sources, findings: [...said, ...findings] };
    }
    const { stopTokens } = options;
    const found = deriveGeneration({ template: this.#parsed, input, trace, bosLength, stopTokens });
    const { spans: generation, appended, promptRests } = found;
    const findings = [...said, ...found.findings];
    const rendered = { text: trace.text + appended, messages, generation, sources, findings };
    return this.#options.matchPrompt ? writePrompts(rendered, promptRests) : rendered;
  }

  /**
   * The text alone: for generation, where no span is needed and none can be refused.
   * @throws {TemplateRenderError} if the template fails or refuses the conversation
   * @throws {ConversationError} if it is none
   */
  renderText(conversation: Conversation, options: RenderOptions = {}): string {
    return this.renderSources(conversation, options).text;
  }

  /**
   * The text, and which characters came from which message: for a prompt, where no span is needed and none refused.
   * @throws {TemplateRenderError} if the template fails or refuses the conversation
   * @throws {ConversationError} if it is none
   */
  renderSources(
    conversation: Conversation,
    options: RenderOptions = {},
  ): Pick<RenderedConversation, 'text' | 'sources'> {
    checkConversation(conversation, this.name);
    const { text, sources } = traceTemplate(
      this.chosenFor(conversation).#parsed,
      this.#input(conversation, options),
    );
    return { text, sources };
  }

  /**
   * Where the `{% generation %}` blocks stand in a rendering's text, found in another way than `render` finds them: a
   * witness for who proves a mask. Undefined where the template has none, or marks would change its text.
   * @param text what `renderText` gives for the same conversation
   */
  markedSpans(conversation: Conversation, text: string, options: RenderOptions = {}): Span[] | undefined {
    checkConversation(conversation, this.name);
    return this.marksGeneration
      ? generationByMarks(this.#parsed, this.#input(conversation, options), text)
      : undefined;
  }

  #input(conversation: Conversation, options: RenderOptions): RunInput {
    return {
      messages: conversation.messages,
      addGenerationPrompt: options.addGenerationPrompt ?? false,
      variables: options.variables ? { ...this.#variables, ...options.variables } : this.#variables,
      now: this.#options.now ?? machineClock,
      given: new GivenValues(conversation),
    };
  }

  #bosToken(): string | undefined {
    const token = this.specialTokens.bos_token;
    return typeof token === 'string' ? token : undefined;
  }
}

/** Put before a template that thinks unless it is told not to. */
const THOUGHTLESS =
  '{%- if enable_thinking is not defined -%}{%- set enable_thinking = false -%}{%- endif -%}';

const machineClock = (): Date => new Date();

/** Whether a plain turn begins with its prompt when thinking is off, and does not otherwise. */
function asksForThoughts(template: ChatTemplate): boolean {
  const messages = [
    { role: 'user', content: 'question' },
    { role: 'assistant', content: 'answer' },
  ];
  const differs = (variables: Readonly<Record<string, unknown>>): boolean =>
    attempt(() => template.render({ messages }, { variables }))?.findings.some(
      ({ kind }) => kind === 'prompt',
    ) ?? true;
  return differs({}) && !differs({ enable_thinking: false });
}
