/**
 * Generation with a key-value cache: one program reads the prompt, another one token at a time. Parameters and
 * cache stay in the backend's memory; a token goes in, its logits come out. Programs are compiled when they are
 * first needed and kept, so that many prompts cost no more than their tokens.
 */
import type { Backend, Buffer, Executable } from '@sftkit/tensor';
import type { DecoderModel } from '../decoder-model.js';
import { ModelError } from '../model-error.js';
import { cacheShape } from './cache-shape.js';
import { decodeProgram } from './decode-program.js';
import { prefillLength, prefillProgram } from './prefill-program.js';
import { type SamplingOptions, sampleToken } from './sample-token.js';

export interface GenerateOptions extends Partial<SamplingOptions> {
  /** 256 unless told. */
  readonly maxNewTokens?: number;
  /** Tokens that end the generation: the end of turn, the end of sequence. */
  readonly stopIds?: readonly number[];
}

/** Why a generation ended: at a stop token, at `maxNewTokens`, or because the context is full. */
export type EndReason = 'stop' | 'length' | 'context';

export interface Generated {
  /** New tokens only; a stop token that ended them is the last. */
  readonly ids: readonly number[];
  /** Whether a stop token ended them. */
  readonly stopped: boolean;
  readonly reason: EndReason;
}

/** Longest context that is reserved where the caller does not say: a cache costs memory for all of it. */
const DEFAULT_CONTEXT_LENGTH = 2048;

export class TokenGenerator {
  /** S: prompt and new tokens together. */
  readonly contextLength: number;
  readonly #model: DecoderModel;
  readonly #backend: Backend;
  readonly #parameters: Readonly<Record<string, Buffer>>;
  readonly #cache: Readonly<Record<string, Buffer>>;
  readonly #owned: readonly Buffer[];
  readonly #prefill = new Map<number, Promise<Executable>>();
  #decode: Promise<Executable> | undefined;
  #busy = false;

  private constructor(
    model: DecoderModel,
    backend: Backend,
    contextLength: number,
    buffers: { parameters: Record<string, Buffer>; cache: Record<string, Buffer>; owned: readonly Buffer[] },
  ) {
    this.#model = model;
    this.#backend = backend;
    this.contextLength = contextLength;
    this.#parameters = buffers.parameters;
    this.#cache = buffers.cache;
    this.#owned = buffers.owned;
  }

  /**
   * @param weights by parameter name; arrays are uploaded once, buffers of `backend` are used where they are and
   *   stay the caller's
   * @param options contextLength: S, the model's context but at most 2048 unless told
   * @throws {ModelError} if a weight is missing, or S is above the model's context
   */
  static async create(
    model: DecoderModel,
    weights: ReadonlyMap<string, Float32Array | Buffer>,
    backend: Backend,
    {
      contextLength = Math.min(model.config.maxPositions, DEFAULT_CONTEXT_LENGTH),
    }: { contextLength?: number } = {},
  ): Promise<TokenGenerator> {
    const { maxPositions } = model.config;
    if (!Number.isInteger(contextLength) || contextLength < 1 || contextLength > maxPositions) {
      throw new ModelError(
        `generate: expected a context length from 1 to ${maxPositions}, the model's context, got ${contextLength}`,
      );
    }
    const parameters: Record<string, Buffer> = {};
    const owned: Buffer[] = [];
    for (const { name, shape } of model.parameters) {
      const weight = weights.get(name);
      if (weight === undefined) {
        throw new ModelError(`generate: expected a weight for every parameter, got none for "${name}"`);
      }
      if (weight instanceof Float32Array) {
        parameters[name] = await backend.buffer({ dtype: 'f32', shape }, weight);
        owned.push(parameters[name]);
      } else {
        parameters[name] = weight;
      }
    }
    const cache: Record<string, Buffer> = {};
    const { names, shape } = cacheShape(model.config, contextLength);
    for (const name of names) {
      cache[name] = await backend.buffer({ dtype: 'f32', shape });
    }
    return new TokenGenerator(model, backend, contextLength, {
      parameters,
      cache,
      owned: [...owned, ...Object.values(cache)],
    });
  }

  /**
   * Continues a prompt to its end.
   * @throws {ModelError} as `stream`
   */
  async generate(prompt: ArrayLike<number>, options: GenerateOptions = {}): Promise<Generated> {
    const ids: number[] = [];
    const stream = this.stream(prompt, options);
    for (;;) {
      const { value, done } = await stream.next();
      if (done) {
        return { ids, stopped: value === 'stop', reason: value };
      }
      ids.push(value);
    }
  }

  /**
   * Continues a prompt token by token; returns why it ended.
   * @param prompt token ids, at least one (the beginning of sequence for an empty text)
   * @throws {ModelError} if the prompt is empty, longer than the context or has an id outside the vocabulary, if an
   *   option is out of range, or if this generator is in the middle of another prompt
   */
  async *stream(prompt: ArrayLike<number>, options: GenerateOptions = {}): AsyncGenerator<number, EndReason> {
    const { maxNewTokens = 256, stopIds = [], temperature = 0, topP = 1, seed = 0 } = options;
    checkOptions({ maxNewTokens, temperature, topP, seed });
    checkPrompt(prompt, { vocabSize: this.#model.config.vocabSize, contextLength: this.contextLength });
    if (this.#busy) {
      throw new ModelError(
        'generate: expected one prompt at a time, got another while one runs; finish the first',
      );
    }
    this.#busy = true;
    try {
      let logits = await this.#readPrompt(prompt);
      for (let step = 0; step < maxNewTokens; step++) {
        const id = sampleToken(logits, step, { temperature, topP, seed });
        yield id;
        if (stopIds.includes(id)) {
          return 'stop';
        }
        if (step + 1 === maxNewTokens) {
          break;
        }
        const position = prompt.length + step;
        if (position >= this.contextLength) {
          return 'context';
        }
        logits = await this.#readToken(id, position);
      }
      return 'length';
    } finally {
      this.#busy = false;
    }
  }

  /** Gives the memory back. Buffers that were handed to `create` stay. */
  async dispose(): Promise<void> {
    const compiled = await Promise.all([
      ...this.#prefill.values(),
      ...(this.#decode === undefined ? [] : [this.#decode]),
    ]);
    for (const executable of compiled) {
      executable.dispose();
    }
    for (const buffer of this.#owned) {
      buffer.dispose();
    }
  }

  /** Logits (V) after the prompt. */
  async #readPrompt(prompt: ArrayLike<number>): Promise<Float32Array> {
    const length = prefillLength(prompt.length, this.contextLength);
    let compiled = this.#prefill.get(length);
    if (compiled === undefined) {
      compiled = this.#backend.compile(prefillProgram(this.#model, length, this.contextLength));
      this.#prefill.set(length, compiled);
    }
    const inputIds = new Int32Array(length);
    inputIds.set(Array.from(prompt));
    return this.#run(await compiled, { inputIds, last: Int32Array.of(prompt.length - 1) });
  }

  /** Logits (V) after one more token. */
  async #readToken(id: number, position: number): Promise<Float32Array> {
    this.#decode ??= this.#backend.compile(decodeProgram(this.#model, this.contextLength));
    const inputs = { inputIds: Int32Array.of(id), position: Int32Array.of(position) };
    return this.#run(await this.#decode, { ...this.#cache, ...inputs });
  }

  async #run(
    executable: Executable,
    inputs: Readonly<Record<string, Buffer | Int32Array>>,
  ): Promise<Float32Array> {
    const { logits } = await executable.run({ ...this.#parameters, ...inputs }, this.#cache);
    const values = await logits!.read();
    logits!.dispose();
    return values as Float32Array;
  }
}

function checkPrompt(
  prompt: ArrayLike<number>,
  { vocabSize, contextLength }: { vocabSize: number; contextLength: number },
) {
  if (prompt.length === 0) {
    throw new ModelError(
      'generate: expected at least one token, got an empty prompt; begin with the beginning-of-sequence token',
    );
  }
  if (prompt.length > contextLength) {
    throw new ModelError(
      `generate: expected a prompt of at most ${contextLength} tokens, the context, got ${prompt.length}; shorten it`,
    );
  }
  for (let index = 0; index < prompt.length; index++) {
    const id = prompt[index]!;
    if (!Number.isInteger(id) || id < 0 || id >= vocabSize) {
      throw new ModelError(
        `generate: expected token ids from 0 to ${vocabSize - 1}, got ${id} at index ${index}; the tokenizer belongs to another model`,
      );
    }
  }
}

function checkOptions({
  maxNewTokens,
  temperature,
  topP,
  seed,
}: Required<Omit<GenerateOptions, 'stopIds'>>): void {
  const checks: readonly [string, string, unknown, boolean][] = [
    ['maxNewTokens', 'a positive integer', maxNewTokens, Number.isInteger(maxNewTokens) && maxNewTokens > 0],
    ['temperature', '0 or more', temperature, Number.isFinite(temperature) && temperature >= 0],
    ['topP', 'above 0 and at most 1', topP, topP > 0 && topP <= 1],
    ['seed', 'an integer from 0 to 2^53 - 1', seed, Number.isSafeInteger(seed) && seed >= 0],
  ];
  for (const [name, expected, value, holds] of checks) {
    if (!holds) {
      throw new ModelError(`generate: ${name}: expected ${expected}, got ${value}`);
    }
  }
}
