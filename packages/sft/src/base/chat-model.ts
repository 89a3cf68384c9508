/** A model with its tokenizer and template, on a backend: conversations in, answers out. */
import { type EndReason, type GenerateOptions, TokenGenerator } from '@sftkit/model';
import { type Backend, type Buffer, f32 } from '@sftkit/tensor';
import type { Base } from './base.js';
import { encodeAny, type Prompt } from './encode-prompt.js';
import { stopIdsOf } from './stop-ids.js';

export type AnswerOptions = Omit<GenerateOptions, 'stopIds'>;

export interface Answer {
  /** What the model wrote, without control tokens. */
  readonly text: string;
  /** New tokens only; a stop token that ended them is the last. */
  readonly ids: readonly number[];
  /** Whether a stop token ended them. */
  readonly stopped: boolean;
  readonly reason: EndReason;
}

/** As `TokenGenerator` has it where nobody says. */
const DEFAULT_NEW_TOKENS = 256;

/** The weights without their arrays: they are on the backend. */
type Model = Omit<Base, 'weights'>;

export class ChatModel {
  readonly base: Model;
  /** Tokens at which every answer stops. */
  readonly stopIds: readonly number[];
  readonly #backend: Backend;
  readonly #parameters: Readonly<Record<string, Buffer>>;
  readonly #release: () => Promise<void>;
  #generator: TokenGenerator | undefined;

  private constructor(
    base: Model,
    backend: Backend,
    parameters: Readonly<Record<string, Buffer>>,
    release: () => Promise<void>,
  ) {
    this.base = base;
    this.stopIds = stopIdsOf(base);
    this.#backend = backend;
    this.#parameters = parameters;
    this.#release = release;
  }

  /**
   * Moves the weights to the backend.
   * @param release called in the end by `dispose`, as to give back a backend that nobody else uses
   */
  static async create(
    base: Base,
    backend: Backend,
    { release = async () => {} }: { readonly release?: () => Promise<void> } = {},
  ): Promise<ChatModel> {
    const parameters = await uploadWeights(base, backend);
    return new ChatModel(base, backend, parameters, async () => {
      for (const buffer of Object.values(parameters)) buffer.dispose();
      await release();
    });
  }

  /** With parameters that are on the backend already, by name; they stay the caller's. */
  static of(base: Model, backend: Backend, parameters: Readonly<Record<string, Buffer>>): ChatModel {
    return new ChatModel(base, backend, parameters, async () => {});
  }

  /** The tokens that the model is asked with; see `encodeAny`. */
  encode(prompt: Prompt | Int32Array): Int32Array {
    return encodeAny(prompt, this.base);
  }

  /** The whole answer; see `stream`. */
  async answer(prompt: Prompt | Int32Array, options: AnswerOptions = {}): Promise<Answer> {
    const ids = this.encode(prompt);
    const generator = await this.#generatorFor(ids.length, options);
    const generated = await generator.generate(ids, { ...options, stopIds: this.stopIds });
    return { ...generated, text: this.base.tokenizer.decode(generated.ids, { skipSpecialTokens: true }) };
  }

  /**
   * The answer's text as it is written, piece by piece.
   * @throws {ModelError} if the prompt fills the model's context
   */
  async *stream(prompt: Prompt | Int32Array, options: AnswerOptions = {}): AsyncGenerator<string, EndReason> {
    const ids = this.encode(prompt);
    const generator = await this.#generatorFor(ids.length, options);
    const decoder = this.base.tokenizer.streamDecoder({ skipSpecialTokens: true });
    const tokens = generator.stream(ids, { ...options, stopIds: this.stopIds });
    for (;;) {
      const { value, done } = await tokens.next();
      if (done === true) {
        const rest = decoder.flush();
        if (rest !== '') yield rest;
        return value;
      }
      const text = decoder.push(value);
      if (text !== '') yield text;
    }
  }

  /** Makes room for prompts of so many tokens at once, so that none of them has to make it anew. */
  async reserve(promptTokens: number, options: AnswerOptions = {}): Promise<void> {
    await this.#generatorFor(promptTokens, options);
  }

  /** Gives back what this model has on the backend. */
  async dispose(): Promise<void> {
    await this.#generator?.dispose();
    this.#generator = undefined;
    await this.#release();
  }

  /** The cache is reserved for the whole context, so it is no longer than it has to be. */
  async #generatorFor(
    promptTokens: number,
    { maxNewTokens = DEFAULT_NEW_TOKENS }: AnswerOptions,
  ): Promise<TokenGenerator> {
    const { model, config } = this.base;
    const needed = Math.min(config.maxPositions, promptTokens + maxNewTokens);
    const present = this.#generator;
    if (present !== undefined && present.contextLength >= needed) return present;
    await present?.dispose();
    // A conversation that goes on needs more each time: by twice as much, it is made anew seldom.
    const contextLength = Math.min(config.maxPositions, Math.max(needed, 2 * (present?.contextLength ?? 0)));
    const parameters = new Map(Object.entries(this.#parameters));
    this.#generator = await TokenGenerator.create(model, parameters, this.#backend, { contextLength });
    return this.#generator;
  }
}

/** The parameters of a base on a backend, by name. */
export async function uploadWeights(
  { model, weights }: Pick<Base, 'model' | 'weights'>,
  backend: Backend,
): Promise<Record<string, Buffer>> {
  const parameters: Record<string, Buffer> = {};
  for (const { name, shape } of model.parameters) {
    parameters[name] = await backend.buffer(f32(...shape), weights.get(name)!);
  }
  return parameters;
}
